// Choosing from a distribution. Choices are drawn by Philox from seed and position, in canonical
// arithmetic, so that the same logits give the same choice on every machine.
#pragma once

#include <cstdint>
#include <span>

namespace litura::engine {

struct Sampling {
    float temperature = 0.8f;  ///< 0: always the most likely token
    std::uint32_t top_k = 40;  ///< only the k most likely ones; 0: all
    std::uint64_t seed = 0;
};

/// The smallest id among equals.
std::uint32_t likeliest(std::span<const float> logits);

std::uint32_t choose(std::span<const float> logits, const Sampling& sampling,
                     std::uint32_t position);

}  // namespace litura::engine
