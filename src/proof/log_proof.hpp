// That an entry is in a log, as a file (C2SP tlog-proof), and what a log and a witness hand each
// other (C2SP tlog-witness) - by file: nobody has to be online at the same time.
#pragma once

#include "proof/checkpoint.hpp"
#include "proof/merkle.hpp"

namespace litura::proof {

struct LogProof {
    std::optional<Bytes> extra;  ///< opaque and signed by nobody
    std::uint64_t index = 0;
    MerklePath path;
    Note head;

    bool operator==(const LogProof&) const = default;
    std::string encode() const;
};
Result<LogProof> parse_log_proof(std::string_view text);

/// The head, if the policy accepts it and the entry is at the proof's index. Code::check_failed
/// otherwise.
Result<Head> verify_logged(ByteView entry, const LogProof& proof, const LogPolicy& policy);

/// The body of an `add-checkpoint` request.
struct WitnessRequest {
    std::uint64_t old_size = 0;
    MerklePath path;  ///< consistency
    Note head;

    bool operator==(const WitnessRequest&) const = default;
    std::string encode() const;
};
Result<WitnessRequest> parse_witness_request(std::string_view text);

/// The witness's side: the new head, if it is signed by the log and continues `last`, the last head
/// that was cosigned (nothing: none yet). Code::forbidden if the request starts elsewhere than at
/// `last` (its size is in the error), Code::check_failed for everything that looks like a fork.
Result<Checkpoint> check_witness_request(const WitnessRequest& request, const VerifierKey& log,
                                         const std::optional<Checkpoint>& last);

}  // namespace litura::proof
