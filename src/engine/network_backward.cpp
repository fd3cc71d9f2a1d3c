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

void Network::apply_back(const float* dy, std::size_t outputs, const float* matrix,
                         std::size_t inputs, float* dx) {
    products_.pack({matrix, inputs, 1}, outputs, inputs, right_);
    products_.multiply({dy, outputs, 1}, rows(), right_, dx, inputs);
}

void Network::weight_gradient(const float* dy, std::size_t dy_row, std::size_t column,
                              std::size_t outputs, float* gradient, std::size_t inputs) {
    products_.multiply({dy + column, 1, dy_row}, outputs, right_, gradient, inputs);
}

/// From d_normed_ to d_residual_ (added) and the norm weight's gradient.
void Network::norm_back(const float* weight, const float* x, const float* factors,
                        float* weight_gradient) {
    const std::size_t dim = config_.dim;
    team_.run_blocks(dim, kColumnBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        kernels_.norm_weight(d_normed_.data() + begin, x + begin, dim, factors, rows(),
                             weight_gradient + begin, end - begin);
    });
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            kernels_.rms_norm_backward(d_normed_.data() + t * dim, x + t * dim, weight, factors[t],
                                       d_residual_.data() + t * dim, dim);
        }
    });
}

void Network::backward_layer(const float* weights, const Places& at, LayerMemory& memory,
                             float* gradient) {
    const std::size_t dim = config_.dim, hidden = config_.hidden;
    const std::size_t key_rows = shape_.kv_heads * shape_.head_dim;
    float* wide = d_wide_.data();
    float* narrow = d_wide2_.data();

    apply_back(d_residual_.data(), dim, weights + at.down, hidden, narrow);
    products_.pack({memory.activated.data(), hidden, 1}, rows(), hidden, right_);
    weight_gradient(d_residual_.data(), dim, 0, dim, gradient + at.down, hidden);
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            const float* row = memory.gate_up.data() + t * 2 * hidden;
            float* d_row = wide + t * 2 * hidden;
            kernels_.swiglu_backward(narrow + t * hidden, row, row + hidden, d_row, d_row + hidden,
                                     hidden);
        }
    });
    const float* gate_up = stack(weights, {{at.gate, hidden * dim}, {at.up, hidden * dim}});
    apply_back(wide, 2 * hidden, gate_up, dim, d_normed_.data());
    products_.pack({memory.mlp_normed.data(), dim, 1}, rows(), dim, right_);
    weight_gradient(wide, 2 * hidden, 0, hidden, gradient + at.gate, dim);
    weight_gradient(wide, 2 * hidden, hidden, hidden, gradient + at.up, dim);
    norm_back(weights + at.mlp_norm, memory.middle.data(), memory.mlp_factors.data(),
              gradient + at.mlp_norm);

    apply_back(d_residual_.data(), dim, weights + at.output, shape_.out_row, narrow);
    products_.pack({memory.attended.data(), shape_.out_row, 1}, rows(), shape_.out_row, right_);
    weight_gradient(d_residual_.data(), dim, 0, dim, gradient + at.output, shape_.out_row);
    team_.run(spans_.size() * shape_.kv_heads, [&](std::size_t slot, std::size_t item) {
        const Span& span = spans_[item / shape_.kv_heads];
        attend_backward(kernels_, shape_, window_of(memory, span),
                        narrow + span.begin * shape_.out_row, wide + span.begin * shape_.row,
                        item % shape_.kv_heads, scratch_[slot]);
    });
    rotate_all(wide, true);
    const float* qkv = stack(
        weights,
        {{at.query, shape_.out_row * dim}, {at.key, key_rows * dim}, {at.value, key_rows * dim}});
    apply_back(wide, shape_.row, qkv, dim, d_normed_.data());
    products_.pack({memory.attention_normed.data(), dim, 1}, rows(), dim, right_);
    weight_gradient(wide, shape_.row, 0, shape_.out_row, gradient + at.query, dim);
    weight_gradient(wide, shape_.row, shape_.out_row, key_rows, gradient + at.key, dim);
    weight_gradient(wide, shape_.row, shape_.out_row + key_rows, key_rows, gradient + at.value,
                    dim);
    norm_back(weights + at.attention_norm, memory.input.data(), memory.attention_factors.data(),
              gradient + at.attention_norm);
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

void Network::backward(const float* weights, float* gradient) {
    std::fill_n(d_residual_.data(), rows() * config_.dim, 0.0f);
    norm_back(weights + final_norm_, residual_.data(), final_factors_.data(),
              gradient + final_norm_);
    for (std::size_t layer = layers_.size(); layer-- > 0;) {
        backward_layer(weights, places_[layer], layers_[layer], gradient);
    }
    if (!config_.tied)
        std::fill_n(gradient + embedding_, std::size_t{config_.vocab} * config_.dim, 0.0f);
    scatter_embedding(gradient);
}

}  // namespace litura::engine
