// Reads and writes model folders; checks names and shapes before allocating what they ask for.
#include "engine/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <set>

#include "engine/layout.hpp"
#include "formats/safetensors.hpp"
#include "formats/safetensors_index.hpp"

namespace litura::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "weights are hashed as they lie");

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";
constexpr const char* kConfig = "config.json";
constexpr const char* kTokenizer = "tokenizer.json";
constexpr const char* kEmbedding = "model.embed_tokens.weight";
constexpr const char* kHead = "lm_head.weight";

Error bad(std::string message, std::string where) {
    return {Code::bad_input, std::move(message), std::move(where),
            "choose another base; docs/bases.md says what is accepted"};
}

/// Older files carry the rotary frequencies, which follow from config.json.
bool is_buffer(std::string_view name) { return name.ends_with(".rotary_emb.inv_freq"); }

Result<std::vector<std::string>> weight_files(Env& env, const Path& folder) {
    if (env.exists(folder / kWeights)) return std::vector<std::string>{kWeights};
    if (!env.exists(folder / kIndex)) {
        return Error{Code::environment, "there are no weights in the folder",
                     fmt::format("{} or {}", kWeights, kIndex),
                     "name the folder of a model in safetensors format"};
    }
    const Bytes file = TRY(env.read_file(folder / kIndex));
    std::set<std::string> shards;
    for (auto& [tensor, shard] : TRY(formats::read_safetensors_index(text_of(file)))) {
        shards.insert(shard);
    }
    return std::vector<std::string>(shards.begin(), shards.end());
}

/// The tensors of all files of a model, by name, and the files they lie in.
class Tensors {
public:
    static Result<Tensors> open(Env& env, const Path& folder) {
        Tensors all;
        for (const std::string& name : TRY(weight_files(env, folder))) {
            all.files_.push_back(TRY(env.read_file(folder / name)));
            for (formats::TensorView& tensor : TRY(formats::read_safetensors(all.files_.back()))) {
                if (is_buffer(tensor.name)) continue;
                const std::string key = tensor.name;
                if (!all.by_name_.emplace(key, std::move(tensor)).second) {
                    return bad("a tensor is in two files", key);
                }
            }
        }
        return all;
    }

    std::size_t size() const { return by_name_.size(); }
    const formats::TensorView* find(const std::string& name) const {
        const auto found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : &found->second;
    }

private:
    std::deque<Bytes> files_;
    std::map<std::string, formats::TensorView> by_name_;
};

Result<void> check_tensors(const Tensors& tensors, const Layout& layout, bool spare_head) {
    for (const TensorSpec& spec : layout.tensors()) {
        const formats::TensorView* found = tensors.find(spec.name);
        if (!found) return bad("a tensor of the architecture is missing", spec.name);
        if (found->shape != spec.shape) {
            return bad("a tensor has another shape than config.json states", spec.name);
        }
    }
    if (tensors.size() != layout.tensors().size() + (spare_head ? 1 : 0)) {
        return bad("there is a tensor that the architecture does not have", kWeights);
    }
    return done();
}

/// Some writers store a tied head a second time; it has to be the embedding.
Result<void> check_spare_head(const formats::TensorView& head, const TensorSpec& embedding,
                              std::span<const float> weights) {
    const Error refused = bad("differs from the embedding although the two are tied", kHead);
    if (head.shape != embedding.shape) return refused;
    std::vector<float> values(embedding.count);
    formats::expand(head.dtype, head.data, values);
    const auto tied = weights.subspan(embedding.offset, embedding.count);
    return std::ranges::equal(values, tied) ? done() : refused;
}

Result<std::vector<float>> read_weights(const Tensors& tensors,
                                        const formats::LlamaConfig& config) {
    const Layout layout(config);
    const formats::TensorView* spare = config.tied ? tensors.find(kHead) : nullptr;
    TRY(check_tensors(tensors, layout, spare != nullptr));
    std::vector<float> weights(layout.count());
    for (const TensorSpec& spec : layout.tensors()) {
        const formats::TensorView* found = tensors.find(spec.name);
        const auto place = std::span(weights).subspan(spec.offset, spec.count);
        formats::expand(found->dtype, found->data, place);
    }
    if (spare) TRY(check_spare_head(*spare, layout.tensor(kEmbedding), weights));
    return weights;
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
    return out.take();
}

/// What only foreign bases have.
Bytes foreign(const formats::LlamaConfig& config) {
    ByteWriter out;
    const formats::RopeScaling& scaling = config.rope_scaling;
    out.u8(static_cast<std::uint8_t>(scaling.kind));
    for (const float value : {scaling.factor, scaling.low_turns, scaling.high_turns}) {
        out.f32(value);
    }
    out.u32(scaling.original_context);
    out.u32(config.bos ? 1 : 0);
    if (config.bos) out.u32(*config.bos);
    out.u32(static_cast<std::uint32_t>(config.eos.size()));
    for (const std::uint32_t token : config.eos) out.u32(token);
    return out.take();
}

void hash_config(Hasher& hasher, const formats::LlamaConfig& config) {
    const bool plain = config.rope_scaling.kind == formats::RopeScaling::Kind::none && config.bos &&
                       config.eos.size() == 1;
    hasher.update(plain ? "litura model 1\n" : "litura model 2\n").update(architecture(config));
    if (!plain) {
        hasher.update(foreign(config));
        return;
    }
    ByteWriter marks;
    marks.u32(*config.bos);
    marks.u32(config.eos.front());
    hasher.update(marks.bytes());
}

}  // namespace

Result<std::vector<std::string>> model_files(Env& env, const Path& folder) {
    std::vector<std::string> names = TRY(weight_files(env, folder));
    if (names != std::vector<std::string>{kWeights}) names.emplace_back(kIndex);
    names.insert(names.end(), {kConfig, kTokenizer});
    return names;
}

Result<Model> load_model(Env& env, const Path& folder) {
    const Bytes config_file = TRY(env.read_file(folder / kConfig));
    const Bytes tokenizer_file = TRY(env.read_file(folder / kTokenizer));
    const formats::LlamaConfig config = TRY(formats::parse_llama_config(text_of(config_file)));
    Tokenizer tokenizer = TRY(Tokenizer::parse(text_of(tokenizer_file), config.separator()));
    if (tokenizer.vocab() > config.vocab) {
        return bad("there are more tokens than config.json states", kTokenizer);
    }
    const Tensors tensors = TRY(Tensors::open(env, folder));
    std::vector<float> weights = TRY(read_weights(tensors, config));
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
    hash_config(hasher, config);
    hasher.update(tokenizer.digest().view());
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
