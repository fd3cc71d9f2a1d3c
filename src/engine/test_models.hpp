// Small models, windows and permits for the engine's tests.
#pragma once

#include <vector>

#include "base/digest.hpp"
#include "base/permit.hpp"
#include "engine/philox.hpp"
#include "engine/random_weights.hpp"
#include "engine/window.hpp"
#include "formats/llama_config.hpp"

namespace litura::engine::testing {

class AlwaysPermit : public Permit {
public:
    Result<void> check(Operation) const override { return done(); }
};

inline formats::LlamaConfig small_config(bool tied = true) {
    formats::LlamaConfig config;
    config.vocab = 37;
    config.dim = 24;
    config.layers = 2;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_dim = 6;
    config.hidden = 19;
    config.context = 64;
    config.tied = tied;
    return config;
}

/// Weights large enough that no part of the network is close to linear.
inline std::vector<float> lively_weights(const formats::LlamaConfig& config, std::uint64_t seed) {
    std::vector<float> weights = random_weights(config, seed);
    for (float& weight : weights) weight = weight * (weight == 1.0f ? 1.25f : 12.0f);
    return weights;
}

inline std::vector<Window> random_windows(std::vector<std::uint32_t> lengths, std::uint32_t vocab,
                                          std::uint32_t seed) {
    std::vector<Window> windows(lengths.size());
    for (std::uint32_t w = 0; w < lengths.size(); ++w) {
        for (std::uint32_t i = 0; i <= lengths[w]; ++i) {
            // Squared, so that some tokens are frequent.
            const std::uint64_t draw = philox({i, w, 0, 0}, {seed, 0})[0] % vocab;
            windows[w].tokens.push_back(static_cast<std::uint32_t>(draw * draw / vocab));
        }
    }
    return windows;
}

inline Digest digest_of(std::span<const float> values) { return sha256(bytes_of_values(values)); }

}  // namespace litura::engine::testing
