// Reading checks names and shapes before it allocates what a hostile config might ask for.
#include "engine/model.hpp"

#include <bit>

#include "engine/layout.hpp"
#include "formats/safetensors.hpp"

namespace litura::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "weights are hashed as they lie");

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kConfig = "config.json";
constexpr const char* kTokenizer = "tokenizer.json";

Error bad(std::string message, std::string where) {
    return {Code::bad_input, std::move(message), std::move(where), {}};
}

Result<std::vector<float>> read_weights(ByteView file, const Layout& layout) {
    const std::vector<formats::TensorView> tensors = TRY(formats::read_safetensors(file));
    for (const TensorSpec& spec : layout.tensors()) {
        const formats::TensorView* found = formats::find_tensor(tensors, spec.name);
        if (!found) return bad("a tensor of the architecture is missing", spec.name);
        if (found->shape != spec.shape) {
            return bad("a tensor has another shape than config.json states", spec.name);
        }
    }
    if (tensors.size() != layout.tensors().size()) {
        return bad("there is a tensor that the architecture does not have", kWeights);
    }
    std::vector<float> weights(layout.count());
    for (const TensorSpec& spec : layout.tensors()) {
        const formats::TensorView* found = formats::find_tensor(tensors, spec.name);
        const auto place = std::span(weights).subspan(spec.offset, spec.count);
        formats::expand(found->dtype, found->data, place);
    }
    return weights;
}

Result<void> check_together(const formats::LlamaConfig& config, const Tokenizer& tokenizer) {
    if (tokenizer.vocab() != config.vocab) {
        return bad("there are more or fewer tokens than config.json states", kTokenizer);
    }
    if (config.bos != tokenizer.separator() || config.eos != tokenizer.separator()) {
        return bad("bos_token_id and eos_token_id must be the tokenizer's special token", kConfig);
    }
    return done();
}

Bytes architecture(const formats::LlamaConfig& config) {
    ByteWriter out;
    for (const std::uint32_t value :
         {config.vocab, config.dim, config.layers, config.heads, config.kv_heads, config.head_dim,
          config.hidden, config.context}) {
        out.u32(value);
    }
    out.f32(config.rope_theta);
    out.f32(config.norm_eps);
    out.u8(config.tied ? 1 : 0);
    out.u32(config.bos);
    out.u32(config.eos);
    return out.take();
}

}  // namespace

Result<Model> load_model(Env& env, const Path& folder) {
    const Bytes config_file = TRY(env.read_file(folder / kConfig));
    const Bytes tokenizer_file = TRY(env.read_file(folder / kTokenizer));
    const Bytes weights_file = TRY(env.read_file(folder / kWeights));
    const formats::LlamaConfig config = TRY(formats::parse_llama_config(text_of(config_file)));
    Tokenizer tokenizer = TRY(Tokenizer::parse(text_of(tokenizer_file)));
    TRY(check_together(config, tokenizer));
    std::vector<float> weights = TRY(read_weights(weights_file, Layout(config)));
    return Model{config, std::move(weights), std::move(tokenizer)};
}

Result<void> write_model(Env& env, const Path& folder, const formats::LlamaConfig& config,
                         std::span<const float> weights, const Tokenizer& tokenizer,
                         formats::Dtype dtype) {
    const Layout layout(config);
    CHECK(weights.size() == layout.count());
    std::vector<formats::TensorSource> tensors;
    for (const TensorSpec& spec : layout.tensors()) {
        tensors.push_back({spec.name, spec.shape, weights.subspan(spec.offset, spec.count)});
    }
    TRY(env.make_folders(folder));
    TRY(env.write_file(folder / kWeights, formats::write_safetensors(tensors, dtype)));
    TRY(env.write_file(folder / kConfig, bytes_of(formats::to_config_json(config, dtype))));
    TRY(env.write_file(folder / kTokenizer, bytes_of(tokenizer.json())));
    return env.sync_folder(folder);
}

Digest model_digest(const formats::LlamaConfig& config, std::span<const float> weights,
                    const Tokenizer& tokenizer) {
    const Layout layout(config);
    CHECK(weights.size() == layout.count());
    Hasher hasher;
    hasher.update("litura model 1\n");
    hasher.update(architecture(config)).update(tokenizer.digest().view());
    ByteWriter count;
    count.u32(static_cast<std::uint32_t>(layout.tensors().size()));
    hasher.update(count.bytes());
    for (const TensorSpec& spec : layout.tensors()) {
        ByteWriter head;
        head.text(spec.name);
        head.u32(static_cast<std::uint32_t>(spec.shape.size()));
        for (const std::uint64_t extent : spec.shape) head.u64(extent);
        hasher.update(head.bytes());
        hasher.update(bytes_of_values(weights.subspan(spec.offset, spec.count)));
    }
    return hasher.finish();
}

}  // namespace litura::engine
