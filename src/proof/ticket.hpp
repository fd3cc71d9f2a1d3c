// A ticket: what a person is handed to find out, without us and without a network, whether a
// derivation's committed list has an entry for them. The identifier is not in it: it is typed in
// when the ticket is checked. JSON; docs/proof.md has the grammar.
#pragma once

#include "base/json.hpp"
#include "proof/log_proof.hpp"
#include "proof/person_map.hpp"
#include "proof/statement.hpp"

namespace litura::proof {

/// One place where the person may stand: a name on a source, by the VRF.
struct TicketEntry {
    std::string source;
    VrfProof vrf{};
    std::optional<Digest> value;  ///< of the leaf; nothing: none
    MapPath path;

    bool operator==(const TicketEntry&) const = default;
};

struct SignedAttestation {
    VerifierKey auditor;
    Note note;
    bool operator==(const SignedAttestation&) const = default;
};

struct Ticket {
    VerifierKey log;  ///< on the ticket's own word
    Note statement;
    LogProof logged;
    std::vector<TicketEntry> entries;
    std::vector<SignedAttestation> attestations;
    std::optional<Bytes> time_stamp;  ///< RFC 3161 response over the statement's digest

    bool operator==(const Ticket&) const = default;
    std::string encode() const;
};
/// Limits: 16 MiB, 4096 entries. Code::bad_input.
Result<Ticket> parse_ticket(std::string_view text);

/// What a checked ticket says. Everything in it held.
struct Verdict {
    struct Place {
        std::string source;
        bool present = false;
    };
    Statement statement;
    Head head;
    std::uint64_t index = 0;    ///< of the statement in the log
    std::vector<Place> places;  ///< those of the ticket's entries that are for this identifier
    struct Auditor {
        VerifierKey key;  ///< on the ticket's own word
        Instant at;
    };
    std::vector<Auditor> attested;
    std::optional<Instant> not_later_than;  ///< by a time stamp that was asked for

    bool present() const;
};

/// What counts besides the ticket's own word.
struct Trust {
    std::optional<Policy> policy;            ///< whose log, and which witnesses
    std::optional<std::string> authorities;  ///< PEM: one of these must have stamped the time
};

/// Code::check_failed if anything of it does not hold at the moment `at`, or if no entry is for
/// this identifier.
Result<Verdict> check_ticket(const Ticket& ticket, const PersonalText& identifier,
                             const Trust& trust, Instant at);

}  // namespace litura::proof
