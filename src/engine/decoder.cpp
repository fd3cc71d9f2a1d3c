#include "engine/decoder.hpp"

#include <algorithm>

namespace litura::engine {
namespace {

/// Gives tensors by name, and packs several of them one below the other.
class Weights {
public:
    Weights(const formats::LlamaConfig& config, std::span<const float> values,
            const Kernels& kernels)
        : layout_(config), values_(values), kernels_(kernels) {
        CHECK(values.size() == layout_.count());
    }

    std::vector<float> copy(const std::string& name) const {
        const TensorSpec& tensor = layout_.tensor(name);
        const float* from = values_.data() + tensor.offset;
        return {from, from + tensor.count};
    }

    PackedRight pack(std::initializer_list<std::string> names) const {
        std::vector<float> stacked;
        std::size_t outputs = 0, inputs = 0;
        for (const std::string& name : names) {
            const std::vector<float> part = copy(name);
            stacked.insert(stacked.end(), part.begin(), part.end());
            outputs += layout_.tensor(name).shape[0];
            inputs = layout_.tensor(name).shape[1];
        }
        PackedRight packed;
        packed.shape(kernels_, inputs, outputs);
        packed.pack_all(kernels_, {stacked.data(), 1, inputs});
        return packed;
    }

private:
    Layout layout_;
    std::span<const float> values_;
    const Kernels& kernels_;
};

}  // namespace

PackedWeights::PackedWeights(const formats::LlamaConfig& model, std::span<const float> values)
    : config(model), kernels(chosen_kernels()) {
    const Weights from(config, values, kernels);
    embedding = from.copy("model.embed_tokens.weight");
    final_norm = from.copy("model.norm.weight");
    head = from.pack({config.tied ? "model.embed_tokens.weight" : "lm_head.weight"});
    for (std::uint32_t index = 0; index < config.layers; ++index) {
        const auto name = [index](const char* rest) { return layer_tensor(index, rest); };
        Layer layer;
        layer.attention_norm = from.copy(name("input_layernorm.weight"));
        layer.mlp_norm = from.copy(name("post_attention_layernorm.weight"));
        layer.qkv = from.pack({name("self_attn.q_proj.weight"), name("self_attn.k_proj.weight"),
                               name("self_attn.v_proj.weight")});
        layer.output = from.pack({name("self_attn.o_proj.weight")});
        layer.gate_up = from.pack({name("mlp.gate_proj.weight"), name("mlp.up_proj.weight")});
        layer.down = from.pack({name("mlp.down_proj.weight")});
        layers.push_back(std::move(layer));
    }
}

Decoder::Decoder(std::shared_ptr<const PackedWeights> weights, std::size_t positions)
    : weights_(std::move(weights)), config_(weights_->config), kernels_(weights_->kernels),
      shape_(config_), rotary_(config_, positions), scratch_(kernels_, shape_, positions),
      x_(config_.dim), normed_(config_.dim), attended_(positions * shape_.out_row),
      maxima_(positions * shape_.heads), sums_(positions * shape_.heads), branch_(config_.dim),
      gate_up_(std::size_t{2} * config_.hidden), activated_(config_.hidden), logits_(config_.vocab),
      left_(kLeftScratch), positions_(positions) {
    CHECK(positions <= config_.context);
    for (std::size_t layer = 0; layer < weights_->layers.size(); ++layer)
        rows_.emplace_back(positions * shape_.row);
}

std::unique_ptr<Reading> Decoder::fork() const {
    auto other = std::make_unique<Decoder>(weights_, positions_);
    other->position_ = position_;
    for (std::size_t layer = 0; layer < rows_.size(); ++layer)
        std::copy_n(rows_[layer].data(), position_ * shape_.row, other->rows_[layer].data());
    std::copy_n(x_.data(), x_.size(), other->x_.data());
    return other;
}

void Decoder::apply(const Buffer& x, const PackedRight& matrix, float* y) {
    product_rows(kernels_, {x.data(), matrix.depth(), 1}, 1, matrix, matrix.depth(),
                 matrix.columns(), y, matrix.columns(), {}, left_.data());
}

void Decoder::step_layer(std::size_t index) {
    const PackedWeights::Layer& layer = weights_->layers[index];
    float* rows = rows_[index].data();
    const std::size_t dim = config_.dim, hidden = config_.hidden;
    kernels_.rms_norm(x_.data(), layer.attention_norm.data(), normed_.data(), dim,
                      config_.norm_eps);
    float* row = rows + position_ * shape_.row;
    apply(normed_, layer.qkv, row);
    for (std::size_t head = 0; head < shape_.heads + shape_.kv_heads; ++head) {
        kernels_.rotate(row + head * shape_.head_dim, rotary_.cosines(position_),
                        rotary_.sines(position_), rotary_.half);
    }
    const AttentionWindow window{position_ + 1, rows, attended_.data(), maxima_.data(),
                                 sums_.data()};
    for (std::size_t kv = 0; kv < shape_.kv_heads; ++kv)
        attend(kernels_, shape_, window, kv, position_, scratch_);
    product_rows(kernels_, {attended_.data() + position_ * shape_.out_row, shape_.out_row, 1}, 1,
                 layer.output, shape_.out_row, dim, branch_.data(), dim, {}, left_.data());
    kernels_.add(x_.data(), branch_.data(), x_.data(), dim);

    kernels_.rms_norm(x_.data(), layer.mlp_norm.data(), normed_.data(), dim, config_.norm_eps);
    apply(normed_, layer.gate_up, gate_up_.data());
    kernels_.swiglu(gate_up_.data(), gate_up_.data() + hidden, activated_.data(), hidden);
    apply(activated_, layer.down, branch_.data());
    kernels_.add(x_.data(), branch_.data(), x_.data(), dim);
}

void Decoder::read(std::uint32_t token) {
    CHECK(token < config_.vocab && position_ < positions_);
    std::copy_n(weights_->embedding.data() + std::size_t{token} * config_.dim, config_.dim,
                x_.data());
    for (std::size_t layer = 0; layer < rows_.size(); ++layer) step_layer(layer);
    ++position_;
    answered_ = false;
}

std::span<const float> Decoder::logits() {
    CHECK(position_ > 0);
    if (!answered_) {
        kernels_.rms_norm(x_.data(), weights_->final_norm.data(), normed_.data(), config_.dim,
                          config_.norm_eps);
        apply(normed_, weights_->head, logits_.data());
        answered_ = true;
    }
    return {logits_.data(), config_.vocab};
}

}  // namespace litura::engine
