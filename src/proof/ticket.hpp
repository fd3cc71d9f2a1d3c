// A ticket: what a person is handed to find out, without us and without a network, whether a
// derivation's committed list has an entry for them. The identifier is not in it: it is typed in
// when the ticket is checked. JSON; docs/proof.md has the grammar.
//
// A ticket of version 2 answers for every source that its statement commits to, or it is refused.
// It names only those where the person is known; the others are tags. One of version 1 names its
// sources and proves nothing about those that it leaves out.
#pragma once

#include "base/json.hpp"
#include "proof/log_proof.hpp"
#include "proof/person_map.hpp"
#include "proof/statement.hpp"

namespace litura::proof {

/// A source that a ticket answers for.
struct TicketSource {
    Digest tag;        ///< zero in version 1
    std::string name;  ///< empty: not told, or a blank that hides how many there are
    Digest blind;      ///< opens the tag to the name, where that is told

    bool operator==(const TicketSource&) const = default;
};

/// One place where the person may stand: a name on a source, by the VRF.
struct TicketEntry {
    std::size_t source = 0;  ///< number in the ticket's list
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
    int version = 2;
    std::vector<TicketSource> sources;  ///< in version 2 by tag, all that the statement commits to
    std::vector<TicketEntry> entries;
    std::vector<SignedAttestation> attestations;
    std::optional<Bytes> time_stamp;  ///< RFC 3161 response over the statement's digest

    bool operator==(const Ticket&) const = default;
    std::string encode() const;
};
/// Most bytes of a ticket that is read at all.
inline constexpr std::size_t kTicketMax = 4u << 20;
/// Limits: kTicketMax, 4096 entries, 16 attestations. Code::bad_input.
Result<Ticket> parse_ticket(std::string_view text);

/// What a checked ticket says. Everything in it held.
struct CheckedTicket {
    struct Place {
        std::string source;
        bool present = false;
    };
    Statement statement;
    Head head;
    std::uint64_t index = 0;  ///< of the statement in the log
    /// Sources that are told, and whether this identifier has an entry there.
    std::vector<Place> places;
    bool every_source = false;  ///< it has none on any other source either (from version 2 on)
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
    std::optional<LogPolicy> policy;         ///< whose log, and which witnesses
    std::optional<std::string> authorities;  ///< PEM: one of these must have stamped the time
};

/// Code::check_failed if anything of it does not hold at the moment `at`, if no entry is for this
/// identifier, or if an answer is missing.
Result<CheckedTicket> check_ticket(const Ticket& ticket, const PersonalText& identifier,
                                   const Trust& trust, Instant at);

}  // namespace litura::proof
