#include "engine/decoder.hpp"

#include <algorithm>

namespace litura::engine {
namespace {

const Kernels& chosen_kernels() {
    const Result<const Kernels*> kernels = choose_kernels();
    CHECK(kernels.ok());
    return *kernels.value();
}

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

Decoder::Decoder(const formats::LlamaConfig& config, std::span<const float> weights,
                 std::size_t positions)
    : config_(config), kernels_(chosen_kernels()), shape_(config), rotary_(config, positions),
      scratch_(kernels_, shape_, positions), x_(config.dim), normed_(config.dim),
      attended_(positions * shape_.out_row), maxima_(positions * shape_.heads),
      sums_(positions * shape_.heads), branch_(config.dim),
      gate_up_(std::size_t{2} * config.hidden), activated_(config.hidden), logits_(config.vocab),
      left_(kLeftScratch), positions_(positions) {
    CHECK(positions <= config.context);
    const Weights from(config, weights, kernels_);
    embedding_ = from.copy("model.embed_tokens.weight");
    final_norm_ = from.copy("model.norm.weight");
    head_ = from.pack({config.tied ? "model.embed_tokens.weight" : "lm_head.weight"});
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
        layer.rows.reserve(positions * shape_.row);
        layers_.push_back(std::move(layer));
    }
}

void Decoder::apply(const Buffer& x, const PackedRight& matrix, float* y) {
    product_rows(kernels_, {x.data(), matrix.depth(), 1}, 1, matrix, matrix.depth(),
                 matrix.columns(), y, matrix.columns(), {}, left_.data());
}

void Decoder::step_layer(Layer& layer) {
    const std::size_t dim = config_.dim, hidden = config_.hidden;
    kernels_.rms_norm(x_.data(), layer.attention_norm.data(), normed_.data(), dim,
                      config_.norm_eps);
    float* row = layer.rows.data() + position_ * shape_.row;
    apply(normed_, layer.qkv, row);
    for (std::size_t head = 0; head < shape_.heads + shape_.kv_heads; ++head) {
        kernels_.rotate(row + head * shape_.head_dim, rotary_.cosines(position_),
                        rotary_.sines(position_), rotary_.half);
    }
    const AttentionWindow window{position_ + 1, layer.rows.data(), attended_.data(), maxima_.data(),
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

std::span<const float> Decoder::next(std::uint32_t token) {
    CHECK(token < config_.vocab && position_ < positions_);
    std::copy_n(embedding_.data() + std::size_t{token} * config_.dim, config_.dim, x_.data());
    for (Layer& layer : layers_) step_layer(layer);
    kernels_.rms_norm(x_.data(), final_norm_.data(), normed_.data(), config_.dim, config_.norm_eps);
    apply(normed_, head_, logits_.data());
    ++position_;
    return {logits_.data(), config_.vocab};
}

}  // namespace litura::engine
