// A Llama model token after token, with the keys and values of earlier ones kept: for generation.
// The logits are the bits of the batch forward pass (network.hpp). Works on the calling thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/attention.hpp"
#include "engine/canonical_math.hpp"
#include "engine/layout.hpp"

namespace litura::engine {

class Decoder {
public:
    /// For at most `positions` tokens, which fit the model's context. Keeps a copy of the weights
    /// in packed form. LITURA_SIMD must be unset or sound (choose_kernels()).
    Decoder(const formats::LlamaConfig& config, std::span<const float> weights,
            std::size_t positions);

    /// The logits of the token after `token`, which is inside the vocabulary; valid until the next
    /// call. position() is below what the constructor was told.
    std::span<const float> next(std::uint32_t token);

    std::size_t position() const { return position_; }

    /// Begins another text; the next logits are those of a new decoder.
    void rewind() { position_ = 0; }

private:
    struct Layer {
        std::vector<float> attention_norm, mlp_norm;
        PackedRight qkv, output, gate_up, down;
        Buffer rows;  ///< q, k, v of every position so far
    };

    void step_layer(Layer& layer);
    void apply(const Buffer& x, const PackedRight& matrix, float* y);

    formats::LlamaConfig config_;
    const Kernels& kernels_;
    AttentionShape shape_;
    RotaryTable rotary_;
    std::vector<float> embedding_, final_norm_;
    PackedRight head_;
    std::vector<Layer> layers_;
    AttentionScratch scratch_;
    Buffer x_, normed_, attended_, maxima_, sums_, branch_, gate_up_, activated_, logits_, left_;
    std::size_t positions_, position_ = 0;
};

}  // namespace litura::engine
