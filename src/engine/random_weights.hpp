// The weights a model starts from before anything was learned: norm weights 1, everything else
// close to normal with standard deviation 0.02, a function of the seed, the tensor's name and the
// place in it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "formats/llama_config.hpp"

namespace litura::engine {

/// In the order of Layout(config).
std::vector<float> random_weights(const formats::LlamaConfig& config, std::uint64_t seed);

/// Nearly normal numbers with standard deviation `deviation`, a function of seed, name and place.
void fill_nearly_normal(std::span<float> values, std::uint64_t seed, std::string_view name,
                        float deviation);

}  // namespace litura::engine
