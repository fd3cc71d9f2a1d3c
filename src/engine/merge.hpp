// The exact weighted mean of what several shards learned from one start. Sums are integers, so the
// order in which shards are added changes nothing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"

namespace litura::engine {

class Merge {
public:
    /// `start` outlives the merge.
    explicit Merge(std::span<const float> start);

    /// A shard's weights and the target tokens it was trained on. Code::bad_input if a weight moved
    /// by more than 16, is not a number, or all tokens together exceed 2^30; the merge is then of
    /// no further use.
    Result<void> add(std::span<const float> end, std::uint64_t tokens);

    /// start + the mean of (end - start), weighted by tokens; without any tokens the start, bit for
    /// bit.
    std::vector<float> finish() const;

private:
    std::span<const float> start_;
    std::vector<std::int64_t> sums_;  ///< of tokens * round((end - start) * 2^28)
    std::uint64_t tokens_ = 0;
};

}  // namespace litura::engine
