// Statements about derivations, and what rests on them: tickets and attestations
// (proof/statement.hpp, proof/ticket.hpp). `.litura/statements/DIGEST/` holds the signed statement,
// the cut map, sealed, and attestations; the VRF key, one a statement, stands among the secrets
// until nobody may ask any more.
#pragma once

#include "base/json.hpp"
#include "derive/project.hpp"
#include "proof/ticket.hpp"

namespace litura::release {

/// After so many days a statement says nothing about the present any more.
inline constexpr int kStatementDays = 90;

struct Stated {
    proof::Statement statement;
    proof::Note note;
    std::uint64_t index = 0;  ///< in the log
    bool made_now = false;
};

/// About the visible model: the statement there is, or a new one where there is none or it expires
/// within a day. Opens the names of everybody in the list, in memory. Code::forbidden if there is
/// no model, or it may not be used any more.
Result<Stated> state_visible_model(derive::Project& project);
/// The last one about the visible model, if there is one.
Result<std::optional<Stated>> last_statement(derive::Project& project);

/// Every statement with the event of the ledger that it was made on: the chain must hold it for ever.
struct StatedHead {
    Digest statement;
    ledger::Head head;
};
Result<std::vector<StatedHead>> stated_heads(derive::Project& project);

/// For whom: an identifier as a person gave it, or everything the ledger knows of a person.
/// Each name is answered on every source of the project. Code::forbidden if a place next to theirs
/// can no longer be opened.
Result<proof::Ticket> make_ticket(derive::Project& project, const Stated& stated,
                                  const std::vector<PersonalText>& names);
/// A checked time stamp over the statement's digest (proof/time_stamp.hpp), for later tickets.
Result<void> keep_time_stamp(derive::Project& project, const Stated& stated, ByteView response);
/// The names of a person's accounts.
Result<std::vector<PersonalText>> names_of(derive::Project& project, const Digest& person);

/// Everything that an auditor needs to rebuild list and map alone: each leaf's source, label, blind
/// and items with their salts, and the VRF key. Personal data: for auditors, never for publication.
Result<Json> openings(derive::Project& project, const Stated& stated);

struct Attested {
    bool holds = false;
    std::string difference;  ///< what did not hold
    std::optional<proof::SignedAttestation> attestation;
};
/// Replays the derivation and rebuilds list and map; if all agrees with the statement, signs it as
/// `name` and logs that.
Result<Attested> attest(derive::Project& project, const Stated& stated, const std::string& name,
                        const proof::SigningKey& key, int threads);

/// An attestation as a file: the auditor's verifier key in the first line, then the signed note.
std::string encode(const proof::SignedAttestation& attestation);
/// Takes over what an auditor signed on a copy of the project. Code::check_failed if the signature
/// does not hold or it is about another statement. Whose key it is, the importer has to know.
Result<proof::VerifierKey> import_attestation(derive::Project& project, const Stated& stated,
                                              std::string_view text);

}  // namespace litura::release
