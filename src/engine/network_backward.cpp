// The backward pass. d_residual_ holds the gradient of the residual stream and is added to on the
// way down.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/network.hpp"

namespace litura::engine {
namespace {

constexpr std::size_t kRowBlock = 32;
/// Columns handed to a thread at a time in sums over tokens.
constexpr std::size_t kColumnBlock = 64;

}  // namespace

/// From d_normed_ to d_residual_ (added) and, where weights are trained, the norm weight's
/// gradient.
void Network::norm_back(const Pass& pass, std::size_t weight, const float* x,
                        const float* factors) {
    const std::size_t dim = config_.dim;
    if (!lora_) {
        team_.run_blocks(dim, kColumnBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
            kernels_.norm_weight(d_normed_.data() + begin, x + begin, dim, factors, rows(),
                                 pass.gradient + weight + begin, end - begin);
        });
    }
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            kernels_.rms_norm_backward(d_normed_.data() + t * dim, x + t * dim,
                                       pass.weights + weight, factors[t],
                                       d_residual_.data() + t * dim, dim);
        }
    });
}

void Network::backward_layer(const Pass& pass, std::size_t index) {
    const std::size_t hidden = config_.hidden;
    const Layer& layer = layers_[index];
    LayerMemory& memory = memory_of(index);
    float* wide = d_wide_.data();
    float* narrow = d_wide2_.data();
    if (memory_.size() < layers_.size()) forward_layer(pass, index);

    apply_back(pass, layer.down, d_residual_.data(), memory.activated.data(), memory, narrow);
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            const float* row = memory.gate_up.data() + t * 2 * hidden;
            float* d_row = wide + t * 2 * hidden;
            kernels_.swiglu_backward(narrow + t * hidden, row, row + hidden, d_row, d_row + hidden,
                                     hidden);
        }
    });
    apply_back(pass, layer.gate_up, wide, memory.mlp_normed.data(), memory, d_normed_.data());
    norm_back(pass, layer.mlp_norm, memory.middle.data(), memory.mlp_factors.data());

    apply_back(pass, layer.output, d_residual_.data(), memory.attended.data(), memory, narrow);
    team_.run(spans_.size() * shape_.kv_heads, [&](std::size_t slot, std::size_t item) {
        const Span& span = spans_[item / shape_.kv_heads];
        attend_backward(kernels_, shape_, window_of(memory, span),
                        narrow + span.begin * shape_.out_row, wide + span.begin * shape_.row,
                        item % shape_.kv_heads, scratch_[slot]);
    });
    rotate_all(wide, true);
    apply_back(pass, layer.qkv, wide, memory.attention_normed.data(), memory, d_normed_.data());
    norm_back(pass, layer.attention_norm, layer_inputs_[index].data(),
              memory.attention_factors.data());
}

/// One-hot^T * d_residual_, without the zeros: for each token id the rows where it stands, in
/// order.
void Network::scatter_embedding(float* gradient) {
    const std::size_t dim = config_.dim;
    by_token_.resize(rows());
    std::iota(by_token_.begin(), by_token_.end(), 0u);
    std::sort(by_token_.begin(), by_token_.end(), [this](std::uint32_t a, std::uint32_t b) {
        return inputs_[a] != inputs_[b] ? inputs_[a] < inputs_[b] : a < b;
    });
    team_.run_blocks(dim, kColumnBlock, [&](std::size_t, std::size_t first, std::size_t last) {
        const std::size_t width = last - first;
        float total[kColumnBlock], chunk[kColumnBlock];
        for (std::size_t i = 0; i < rows();) {
            const std::uint32_t token = inputs_[by_token_[i]];
            std::fill_n(total, width, 0.0f);
            while (i < rows() && inputs_[by_token_[i]] == token) {
                const std::size_t place = by_token_[i] / kChunk;
                std::fill_n(chunk, width, 0.0f);
                for (;
                     i < rows() && inputs_[by_token_[i]] == token && by_token_[i] / kChunk == place;
                     ++i) {
                    kernels_.add(chunk, d_residual_.data() + by_token_[i] * dim + first, chunk,
                                 width);
                }
                kernels_.add(total, chunk, total, width);
            }
            float* row = gradient + embedding_ + token * dim + first;
            kernels_.add(row, total, row, width);
        }
    });
}

void Network::backward(const Pass& pass) {
    std::fill_n(d_residual_.data(), rows() * config_.dim, 0.0f);
    norm_back(pass, final_norm_, residual_.data(), final_factors_.data());
    for (std::size_t layer = layers_.size(); layer-- > 0;) backward_layer(pass, layer);
    if (lora_) return;
    if (!config_.tied)
        std::fill_n(pass.gradient + embedding_, std::size_t{config_.vocab} * config_.dim, 0.0f);
    scatter_embedding(pass.gradient);
}

}  // namespace litura::engine
