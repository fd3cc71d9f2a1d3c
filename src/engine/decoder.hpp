// A Llama model token after token, with the keys and values of earlier ones kept. The logits are
// the bits of the batch forward pass (network.hpp). Works on the calling thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/attention.hpp"
#include "engine/canonical_math.hpp"
#include "engine/layout.hpp"
#include "engine/next_token.hpp"

namespace litura::engine {

/// A copy of a model's weights as a decoder multiplies with them; any number of decoders share it.
struct PackedWeights {
    /// LITURA_SIMD must be unset or sound (choose_kernels()).
    PackedWeights(const formats::LlamaConfig& config, std::span<const float> weights);

    struct Layer {
        std::vector<float> attention_norm, mlp_norm;
        PackedRight qkv, output, gate_up, down;
    };
    formats::LlamaConfig config;
    const Kernels& kernels;
    std::vector<float> embedding, final_norm;
    PackedRight head;
    std::vector<Layer> layers;
};

class Decoder final : public Reading {
public:
    /// For at most `positions` tokens, which fit the model's context.
    Decoder(std::shared_ptr<const PackedWeights> weights, std::size_t positions);

    void read(std::uint32_t token) override;
    std::span<const float> logits() override;
    std::unique_ptr<Reading> fork() const override;
    void rewind() override { position_ = 0; }

    std::size_t position() const { return position_; }

private:
    void step_layer(std::size_t index);
    void apply(const Buffer& x, const PackedRight& matrix, float* y);

    std::shared_ptr<const PackedWeights> weights_;
    const formats::LlamaConfig& config_;
    const Kernels& kernels_;
    AttentionShape shape_;
    RotaryTable rotary_;
    AttentionScratch scratch_;
    std::vector<Buffer> rows_;  ///< by layer: q, k, v of every position so far
    Buffer x_, normed_, attended_, maxima_, sums_, branch_, gate_up_, activated_, logits_, left_;
    std::size_t positions_, position_ = 0;
    bool answered_ = false;  ///< logits_ are those of the token after position_
};

}  // namespace litura::engine
