// What an operator states about one derivation, and what an auditor states about that: texts of
// signed notes, `name value` lines in a fixed order, logged by their digests. Grammar and examples
// are in docs/proof.md.
#pragma once

#include "base/digest.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "proof/note.hpp"
#include "proof/vrf.hpp"

namespace litura::proof {

struct Statement {
    std::string origin;     ///< of the log it is an entry of, and the name of the key that signs it
    Instant made, expires;  ///< after `expires` it says nothing about the present any more
    bool test_clock = false;
    std::string purpose;
    Instant as_of;
    std::uint64_t cutoff = 0;  ///< number of the last ledger event that was taken into account
    std::uint64_t ledger_event = 0;  ///< the ledger's last event when this was made
    Digest ledger_head;              ///< its hash: what came before cannot be rewritten any more
    Digest manifest;                 ///< root of the sealed manifest
    std::uint64_t items = 0;         ///< records that were trained on
    Digest items_root;
    std::uint64_t persons = 0, tokens = 0;
    std::uint64_t deferred = 0;  ///< records admitted and left out until the next derivation
    std::uint64_t labels = 0;    ///< leaves of the map: one for every account with an item
    Digest map_root;
    PublicKey vrf;
    std::string names;  ///< the normal form of names
    Digest recipe;      ///< SHA-256 of litura.toml
    std::string arithmetic;
    Digest base;
    std::string base_claim;
    Digest model;
    bool suppressed = false;

    bool operator==(const Statement&) const = default;
    std::string text() const;
    /// SHA-256 of text().
    Digest digest() const;
};
/// Code::bad_input unless text() wrote it.
Result<Statement> parse_statement(std::string_view text);

/// What of a document stands in the log: its kind and digest, nothing else.
std::string log_entry(std::string_view kind, const Digest& digest);
inline constexpr std::string_view kStatementKind = "litura.statement.1";
inline constexpr std::string_view kAttestationKind = "litura.attestation.1";
inline constexpr std::string_view kChannelKind = "litura.channel.1";  ///< of a snapshot

/// An auditor with access to the corpus replayed the derivation and rebuilt list and map.
struct Attestation {
    Digest statement;  ///< Statement::digest()
    Digest model;      ///< what the replay gave
    Instant at;

    bool operator==(const Attestation&) const = default;
    std::string text() const;
};
Result<Attestation> parse_attestation(std::string_view text);

/// The normal form in which names are looked up: NFKC with case folding, without ignorable
/// characters (base/text.hpp: folded). Of a present Unicode version.
std::string names_form();
/// The VRF's input for a name on a source. Code::bad_input for what is not UTF-8.
Result<Bytes> name_input(std::string_view source, const PersonalText& name);
/// The first 32 bytes of the VRF's output.
Digest label_of(const VrfOutput& output);

}  // namespace litura::proof
