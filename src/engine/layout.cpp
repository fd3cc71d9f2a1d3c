#include "engine/layout.hpp"

#include <algorithm>

#include "base/result.hpp"

namespace litura::engine {

std::string layer_tensor(std::uint32_t layer, std::string_view rest) {
    return "model.layers." + std::to_string(layer) + "." + std::string(rest);
}

Layout::Layout(const formats::LlamaConfig& config) {
    const std::uint64_t dim = config.dim, hidden = config.hidden;
    const std::uint64_t query = std::uint64_t{config.heads} * config.head_dim;
    const std::uint64_t key = std::uint64_t{config.kv_heads} * config.head_dim;
    const auto add = [this](std::string name, std::vector<std::uint64_t> shape) {
        tensors_.push_back({std::move(name), std::move(shape)});
    };
    add("model.embed_tokens.weight", {config.vocab, dim});
    add("model.norm.weight", {dim});
    if (!config.tied) add("lm_head.weight", {config.vocab, dim});
    for (std::uint32_t layer = 0; layer < config.layers; ++layer) {
        add(layer_tensor(layer, "input_layernorm.weight"), {dim});
        add(layer_tensor(layer, "post_attention_layernorm.weight"), {dim});
        add(layer_tensor(layer, "self_attn.q_proj.weight"), {query, dim});
        add(layer_tensor(layer, "self_attn.k_proj.weight"), {key, dim});
        add(layer_tensor(layer, "self_attn.v_proj.weight"), {key, dim});
        add(layer_tensor(layer, "self_attn.o_proj.weight"), {dim, query});
        add(layer_tensor(layer, "mlp.gate_proj.weight"), {hidden, dim});
        add(layer_tensor(layer, "mlp.up_proj.weight"), {hidden, dim});
        add(layer_tensor(layer, "mlp.down_proj.weight"), {dim, hidden});
    }
    place();
}

Layout::Layout(std::vector<TensorSpec> tensors) : tensors_(std::move(tensors)) { place(); }

void Layout::place() {
    std::sort(tensors_.begin(), tensors_.end(),
              [](const TensorSpec& a, const TensorSpec& b) { return a.name < b.name; });
    for (TensorSpec& tensor : tensors_) {
        tensor.offset = count_;
        tensor.count = 1;
        for (const std::uint64_t extent : tensor.shape) tensor.count *= extent;
        count_ += tensor.count;
    }
}

const TensorSpec& Layout::tensor(std::string_view name) const {
    const auto found =
        std::lower_bound(tensors_.begin(), tensors_.end(), name,
                         [](const TensorSpec& t, std::string_view n) { return t.name < n; });
    CHECK(found != tensors_.end() && found->name == name);
    return *found;
}

}  // namespace litura::engine
