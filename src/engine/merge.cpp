#include "engine/merge.hpp"

#include <cmath>

namespace litura::engine {
namespace {

constexpr float kFarthest = 16.0f;
constexpr std::uint64_t kMostTokens = std::uint64_t{1} << 30;
constexpr double kRound = 0x1.8p52;  // adding and subtracting it rounds to an integer, ties to even

std::int64_t fixed_point(float update) {
    const double scaled = static_cast<double>(update) * 0x1p28;
    return static_cast<std::int64_t>((scaled + kRound) - kRound);
}

}  // namespace

Merge::Merge(std::span<const float> start) : start_(start), sums_(start.size()) {}

Result<void> Merge::add(std::span<const float> end, std::uint64_t tokens) {
    CHECK(end.size() == start_.size());
    if (tokens > kMostTokens - tokens_) {
        return Error{Code::bad_input, "shards were trained on more than 2^30 tokens together",
                     "merge", "use fewer people or epochs in one stage"};
    }
    tokens_ += tokens;
    bool near = true;
    for (std::size_t i = 0; i < sums_.size(); ++i) {
        const float update = end[i] - start_[i];
        const bool fits = std::abs(update) <= kFarthest;  // false for NaN
        near &= fits;
        sums_[i] += static_cast<std::int64_t>(tokens) * fixed_point(fits ? update : 0.0f);
    }
    if (near) return done();
    return Error{Code::bad_input, "a weight moved by more than 16 in training", "merge",
                 "lower the learning rate in litura.toml"};
}

std::vector<float> Merge::finish() const {
    std::vector<float> merged(start_.begin(), start_.end());
    if (tokens_ == 0) return merged;
    const auto all = static_cast<double>(tokens_);
    for (std::size_t i = 0; i < merged.size(); ++i) {
        const double mean = static_cast<double>(sums_[i]) / all * 0x1p-28;
        merged[i] = merged[i] + static_cast<float>(mean);
    }
    return merged;
}

}  // namespace litura::engine
