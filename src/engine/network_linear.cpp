// The linear layers: matrices that share their inputs as one product, and beside each its low-rank
// adapter.
//   h = scale * (x * A^T);  y = (x * W^T) + (h * B^T)
//   g = scale * (dy * B);   dx = (dy * W) + (g * A);   dB = dy^T * h
#include <algorithm>

#include "engine/network.hpp"

namespace litura::engine {
namespace {

constexpr std::size_t kRowBlock = 32;

}  // namespace

Network::Linear Network::linear(std::uint32_t layer, std::initializer_list<const char*> names,
                                std::size_t low) {
    Linear linear;
    linear.low = low;
    for (const char* rest : names) {
        const TensorSpec& tensor = layout_.tensor(layer_tensor(layer, rest));
        linear.inputs = tensor.shape[1];
        linear.outputs += tensor.shape[0];
        Part part{.weight = tensor.offset, .outputs = tensor.shape[0], .a = 0, .b = 0};
        if (lora_) {
            part.a = lora_->frozen().tensor(Lora::name_of_a(tensor.name)).offset;
            part.b = lora_->trained().tensor(Lora::name_of_b(tensor.name)).offset;
        }
        linear.parts.push_back(part);
    }
    return linear;
}

const float* Network::stacked_weights(const Linear& linear, const float* weights) {
    if (linear.parts.size() == 1) return weights + linear.parts[0].weight;
    float* to = fused_.data();
    for (const Part& part : linear.parts)
        to = std::copy_n(weights + part.weight, part.outputs * linear.inputs, to);
    return fused_.data();
}

const float* Network::stacked_a(const Linear& linear) {
    const float* a = lora_->a().data();
    if (linear.parts.size() == 1) return a + linear.parts[0].a;
    float* to = fused_.data();
    for (const Part& part : linear.parts)
        to = std::copy_n(a + part.a, lora_->settings().rank * linear.inputs, to);
    return fused_.data();
}

void Network::scale_rows(float* x, std::size_t row, std::size_t count, float factor) {
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) kernels_.scale(x + t * row, count, factor);
    });
}

void Network::apply(const Pass& pass, const Linear& linear, const float* x, LayerMemory& memory,
                    float* y) {
    products_.pack({stacked_weights(linear, pass.weights), 1, linear.inputs}, linear.inputs,
                   linear.outputs, right_);
    products_.multiply({x, linear.inputs, 1}, rows(), right_, y, linear.outputs);
    if (!lora_) return;
    const std::size_t rank = lora_->settings().rank, ranks = linear.parts.size() * rank;
    float* low = memory.low.data() + linear.low;
    products_.pack({stacked_a(linear), 1, linear.inputs}, linear.inputs, ranks, right_);
    products_.multiply({x, linear.inputs, 1}, rows(), right_, low, low_row_);
    scale_rows(low, low_row_, ranks, lora_->scale());
    std::size_t column = 0;
    for (const Part& part : linear.parts) {
        products_.pack({pass.adapter + part.b, 1, rank}, rank, part.outputs, right_);
        products_.multiply({low, low_row_, 1}, rows(), right_, update_.data() + column,
                           linear.outputs);
        column += part.outputs;
        low += rank;
    }
    add_rows(y, update_.data(), y, linear.outputs);
}

void Network::apply_back(const Pass& pass, const Linear& linear, const float* dy, const float* x,
                         LayerMemory& memory, float* dx) {
    products_.pack({stacked_weights(linear, pass.weights), linear.inputs, 1}, linear.outputs,
                   linear.inputs, right_);
    products_.multiply({dy, linear.outputs, 1}, rows(), right_, dx, linear.inputs);
    if (lora_) return adapter_back(pass, linear, dy, memory, dx);
    products_.pack({x, linear.inputs, 1}, rows(), linear.inputs, right_);
    for (const Part& part : linear.parts) {
        products_.multiply({dy, 1, linear.outputs}, part.outputs, right_,
                           pass.gradient + part.weight, linear.inputs);
        dy += part.outputs;
    }
}

void Network::adapter_back(const Pass& pass, const Linear& linear, const float* dy,
                           LayerMemory& memory, float* dx) {
    const std::size_t rank = lora_->settings().rank, ranks = linear.parts.size() * rank;
    const float* low = memory.low.data() + linear.low;
    float* low_gradient = low_gradient_.data();
    for (const Part& part : linear.parts) {
        products_.pack({low, low_row_, 1}, rows(), rank, right_);
        products_.multiply({dy, 1, linear.outputs}, part.outputs, right_, pass.gradient + part.b,
                           rank);
        products_.pack({pass.adapter + part.b, rank, 1}, part.outputs, rank, right_);
        products_.multiply({dy, linear.outputs, 1}, rows(), right_, low_gradient, ranks);
        dy += part.outputs;
        low += rank;
        low_gradient += rank;
    }
    scale_rows(low_gradient_.data(), ranks, ranks, lora_->scale());
    products_.pack({stacked_a(linear), linear.inputs, 1}, ranks, linear.inputs, right_);
    products_.multiply({low_gradient_.data(), ranks, 1}, rows(), right_, update_.data(),
                       linear.inputs);
    add_rows(dx, update_.data(), dx, linear.inputs);
}

}  // namespace litura::engine
