// Memory and the forward pass; network_linear.cpp has the matrices and their adapters,
// network_head.cpp the loss, network_backward.cpp the gradients.
#include "engine/network.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace litura::engine {
namespace {

/// Rows handed to a thread at a time in operations on single rows.
constexpr std::size_t kRowBlock = 32;

}  // namespace

Network::LayerMemory::LayerMemory(const Network& network)
    : attention_normed(network.max_tokens_ * network.config_.dim),
      attention_factors(network.max_tokens_), qkv(network.max_tokens_ * network.shape_.row),
      attended(network.max_tokens_ * network.shape_.out_row),
      maxima(network.max_tokens_ * network.shape_.heads),
      sums(network.max_tokens_ * network.shape_.heads),
      middle(network.max_tokens_ * network.config_.dim),
      mlp_normed(network.max_tokens_ * network.config_.dim), mlp_factors(network.max_tokens_),
      gate_up(network.max_tokens_ * 2 * network.config_.hidden),
      activated(network.max_tokens_ * network.config_.hidden),
      low(network.max_tokens_ * network.low_row_) {}

Network::Network(const formats::LlamaConfig& config, std::size_t max_tokens,
                 std::size_t max_sequence, const Kernels& kernels, ThreadPool& pool,
                 const TrainMethod& method)
    : config_(config), layout_(config), kernels_(kernels), team_(pool), products_(kernels, team_),
      shape_(config), rotary_(config, max_sequence), max_tokens_(max_tokens),
      max_sequence_(max_sequence) {
    if (method.lora.on()) lora_.emplace(config, method.lora);
    const std::size_t rank = method.lora.rank;
    low_row_ = 7 * rank;
    for (std::uint32_t index = 0; index < config.layers; ++index) {
        Layer& layer = layers_.emplace_back();
        layer.qkv = linear(
            index,
            {"self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight"}, 0);
        layer.output = linear(index, {"self_attn.o_proj.weight"}, 3 * rank);
        layer.gate_up = linear(index, {"mlp.gate_proj.weight", "mlp.up_proj.weight"}, 4 * rank);
        layer.down = linear(index, {"mlp.down_proj.weight"}, 6 * rank);
        layer.attention_norm = layout_.tensor(layer_tensor(index, "input_layernorm.weight")).offset;
        layer.mlp_norm =
            layout_.tensor(layer_tensor(index, "post_attention_layernorm.weight")).offset;
        layer_inputs_.emplace_back(max_tokens * config.dim);
        if (index == 0 || !method.recompute) memory_.emplace_back(*this);
    }
    embedding_ = layout_.tensor("model.embed_tokens.weight").offset;
    head_ = config.tied ? embedding_ : layout_.tensor("lm_head.weight").offset;
    final_norm_ = layout_.tensor("model.norm.weight").offset;

    const std::size_t widest =
        std::max({shape_.row, std::size_t{2} * config.hidden, std::size_t{config.dim}});
    residual_.reserve(max_tokens * config.dim);
    branch_.reserve(max_tokens * config.dim);
    final_normed_.reserve(max_tokens * config.dim);
    final_factors_.reserve(max_tokens);
    losses_.reserve(max_tokens);
    logits_.reserve(std::min(max_tokens, kChunk) * config.vocab);
    d_residual_.reserve(max_tokens * config.dim);
    d_normed_.reserve(max_tokens * config.dim);
    d_wide_.reserve(max_tokens * widest);
    d_wide2_.reserve(max_tokens * std::max(std::size_t{config.hidden}, shape_.out_row));
    fused_.reserve(std::size_t{config.dim} * std::max(widest, 3 * rank));
    if (lora_) {
        low_gradient_.reserve(max_tokens * 3 * rank);
        update_.reserve(max_tokens * std::max(widest, std::size_t{config.hidden}));
    }
    for (std::size_t slot = 0; slot < team_.slots(); ++slot)
        scratch_.emplace_back(kernels, shape_, max_sequence);
    reserve_packed();
    for (std::vector<std::uint32_t>* ids : {&inputs_, &targets_, &positions_, &by_token_})
        ids->reserve(max_tokens);
    spans_.reserve(max_tokens);
}

void Network::reserve_packed() {
    const Layer& layer = layers_.front();
    for (const Linear* linear : {&layer.qkv, &layer.output, &layer.gate_up, &layer.down}) {
        right_.shape(kernels_, linear->inputs, linear->outputs);
        right_.shape(kernels_, linear->outputs, linear->inputs);
        if (!lora_) {
            right_.shape(kernels_, max_tokens_, linear->inputs);
            continue;
        }
        const std::size_t rank = lora_->settings().rank, ranks = linear->parts.size() * rank;
        const std::size_t longest = std::max(linear->inputs, linear->outputs);
        right_.shape(kernels_, max_tokens_, rank);
        right_.shape(kernels_, longest, ranks);
        right_.shape(kernels_, ranks, longest);
    }
    head_forward_.shape(kernels_, config_.dim, config_.vocab);
    head_backward_.shape(kernels_, config_.vocab, config_.dim);
}

Result<void> Network::load(std::span<const Window> windows) {
    inputs_.clear();
    targets_.clear();
    positions_.clear();
    spans_.clear();
    for (const Window& window : windows) {
        const std::size_t length = window.targets();
        const auto known = [this](std::uint32_t token) { return token < config_.vocab; };
        if (length == 0 || length > max_sequence_ || rows() + length > max_tokens_ ||
            !std::all_of(window.tokens.begin(), window.tokens.end(), known)) {
            return Error{Code::bad_input, "a training window does not fit the model", "tokens",
                         "check that tokenizer, sequence and step_tokens belong to this model"};
        }
        spans_.push_back({rows(), length});
        inputs_.insert(inputs_.end(), window.tokens.begin(), window.tokens.end() - 1);
        targets_.insert(targets_.end(), window.tokens.begin() + 1, window.tokens.end());
        for (std::size_t i = 0; i < length; ++i)
            positions_.push_back(static_cast<std::uint32_t>(i));
    }
    return done();
}

AttentionWindow Network::window_of(LayerMemory& memory, const Span& span) const {
    return {span.length, memory.qkv.data() + span.begin * shape_.row,
            memory.attended.data() + span.begin * shape_.out_row,
            memory.maxima.data() + span.begin * shape_.heads,
            memory.sums.data() + span.begin * shape_.heads};
}

void Network::embed(const float* weights) {
    const std::size_t dim = config_.dim;
    float* x = layer_inputs_.front().data();
    for (std::size_t t = 0; t < rows(); ++t) {
        std::memcpy(x + t * dim, weights + embedding_ + inputs_[t] * dim, dim * sizeof(float));
    }
}

void Network::normalise(const float* x, const float* weight, float* y, float* factors) {
    const std::size_t dim = config_.dim;
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            factors[t] = kernels_.rms_norm(x + t * dim, weight, y + t * dim, dim, config_.norm_eps);
        }
    });
}

void Network::add_rows(const float* a, const float* b, float* out, std::size_t row) {
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        kernels_.add(a + begin * row, b + begin * row, out + begin * row, (end - begin) * row);
    });
}

void Network::rotate_all(float* qkv, bool back) {
    const auto rotate = back ? kernels_.rotate_back : kernels_.rotate;
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            for (std::size_t head = 0; head < shape_.heads + shape_.kv_heads; ++head) {
                rotate(qkv + t * shape_.row + head * shape_.head_dim,
                       rotary_.cosines(positions_[t]), rotary_.sines(positions_[t]), rotary_.half);
            }
        }
    });
}

void Network::forward_layer(const Pass& pass, std::size_t index) {
    const std::size_t dim = config_.dim, hidden = config_.hidden;
    const Layer& layer = layers_[index];
    const float* input = layer_inputs_[index].data();
    LayerMemory& memory = memory_of(index);
    normalise(input, pass.weights + layer.attention_norm, memory.attention_normed.data(),
              memory.attention_factors.data());
    apply(pass, layer.qkv, memory.attention_normed.data(), memory, memory.qkv.data());
    rotate_all(memory.qkv.data(), false);
    team_.run(spans_.size() * shape_.kv_heads, [&](std::size_t slot, std::size_t item) {
        const AttentionWindow window = window_of(memory, spans_[item / shape_.kv_heads]);
        attend(kernels_, shape_, window, item % shape_.kv_heads, 0, scratch_[slot]);
    });
    apply(pass, layer.output, memory.attended.data(), memory, branch_.data());
    add_rows(input, branch_.data(), memory.middle.data(), dim);

    normalise(memory.middle.data(), pass.weights + layer.mlp_norm, memory.mlp_normed.data(),
              memory.mlp_factors.data());
    apply(pass, layer.gate_up, memory.mlp_normed.data(), memory, memory.gate_up.data());
    team_.run_blocks(rows(), kRowBlock, [&](std::size_t, std::size_t begin, std::size_t end) {
        for (std::size_t t = begin; t < end; ++t) {
            const float* row = memory.gate_up.data() + t * 2 * hidden;
            kernels_.swiglu(row, row + hidden, memory.activated.data() + t * hidden, hidden);
        }
    });
    apply(pass, layer.down, memory.activated.data(), memory, branch_.data());
    add_rows(memory.middle.data(), branch_.data(), output_of(index), dim);
}

void Network::forward(const Pass& pass) {
    embed(pass.weights);
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) forward_layer(pass, layer);
    normalise(residual_.data(), pass.weights + final_norm_, final_normed_.data(),
              final_factors_.data());
}

double Network::loss(std::span<const float> weights, std::span<const float> adapter) {
    CHECK(weights.size() == layout_.count());
    CHECK(adapter.size() == (lora_ ? lora_->trained().count() : 0));
    const Pass pass{weights.data(), adapter.data(), nullptr};
    forward(pass);
    return head(pass);
}

double Network::loss_and_gradient(std::span<const float> weights, std::span<float> gradient,
                                  std::span<const float> adapter) {
    CHECK(weights.size() == layout_.count() && gradient.size() == trained().count());
    CHECK(adapter.size() == (lora_ ? lora_->trained().count() : 0));
    const Pass pass{weights.data(), adapter.data(), gradient.data()};
    forward(pass);
    const double sum = head(pass);
    backward(pass);
    return sum;
}

}  // namespace litura::engine
