// The head of a log (C2SP tlog-checkpoint): origin, size and root, as the text of a signed note;
// and who has to have signed it (C2SP tlog-policy).
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "proof/note.hpp"

namespace litura::proof {

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Digest root;
    std::vector<std::string> extensions;  ///< opaque lines; we write none

    bool operator==(const Checkpoint&) const = default;
    /// The note's text.
    std::string text() const;
};
/// Of a note's text. Code::bad_input if it is none.
Result<Checkpoint> parse_checkpoint(std::string_view text);

/// An integer as checkpoints and proofs write it: decimal digits without leading zeros, below 2^63.
Result<std::uint64_t> parse_decimal(std::string_view text);

/// Whose word counts: any one of the logs, and a quorum of witnesses.
struct LogPolicy {
    struct Group {
        std::size_t needed = 1;
        std::vector<std::string> members;  ///< of witnesses or of earlier groups
    };
    std::vector<VerifierKey> logs;
    std::map<std::string, VerifierKey> witnesses;  ///< by their name in the file
    std::map<std::string, Group> groups;
    std::string quorum = "none";
};
Result<LogPolicy> parse_policy(std::string_view text);

/// What a verified checkpoint says, and who saw it.
struct Head {
    struct Seen {
        std::string witness;  ///< its name in the policy
        Instant at;
    };
    Checkpoint checkpoint;
    VerifierKey log;
    std::vector<Seen> seen;
};
/// Code::check_failed if no log of the policy signed it under its own origin, a known signature
/// does not hold, or the quorum is not reached.
Result<Head> verify_checkpoint(const Note& note, const LogPolicy& policy);

}  // namespace litura::proof
