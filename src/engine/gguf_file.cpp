#include "engine/gguf_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "engine/canonical_math.hpp"
#include "engine/layout.hpp"
#include "formats/byte_alphabet.hpp"

namespace litura::engine {
namespace {

using formats::GgufField;
using formats::RopeScaling;
using formats::Splitter;
using formats::TensorSource;

/// llama.cpp's numbers for kinds of tokens.
enum TokenKind : std::int32_t { kNormal = 1, kControl = 3, kUnused = 5 };

Error refused(std::string message) {
    return {Code::bad_input, std::move(message), "tokenizer.json",
            "export for other tools with 'litura export hf DIR'"};
}

/// Its pre-tokenizer that cuts texts as ours. "smaug-bpe" is "llama-bpe" without whole pieces.
Result<std::string> pre_tokenizer(const formats::BpeModel& bpe) {
    if (bpe.prefix_space) return refused("llama.cpp puts no space before a text");
    const bool llama3 = bpe.splitter == Splitter::llama3;
    if (bpe.whole_pieces && !llama3)
        return refused("llama.cpp takes no whole pieces as tokens with this way of cutting texts");
    if (llama3) return std::string(bpe.whole_pieces ? "llama-bpe" : "smaug-bpe");
    return std::string(bpe.splitter == Splitter::gpt2 ? "gpt-2" : "smollm");
}

/// Texts and kinds of all tokens that the embedding has rows for.
Result<void> add_tokens(std::vector<GgufField>& fields, const formats::BpeModel& bpe,
                        std::uint32_t vocab) {
    std::vector<std::string> texts;
    std::vector<std::int32_t> kinds;
    for (std::uint32_t id = 0; id < vocab; ++id) {
        const bool named = id < bpe.tokens.size();
        const bool special = std::ranges::binary_search(bpe.specials, id);
        texts.push_back(!named    ? fmt::format("[PAD{}]", id)
                        : special ? bpe.tokens[id]
                                  : formats::to_characters(bpe.tokens[id]));
        kinds.push_back(!named ? kUnused : special ? kControl : kNormal);
    }
    if (std::set<std::string_view>(texts.begin(), texts.end()).size() != texts.size())
        return refused("llama.cpp could not tell two tokens apart");
    fields.push_back({"tokenizer.ggml.tokens", std::move(texts)});
    fields.push_back({"tokenizer.ggml.token_type", std::move(kinds)});
    return done();
}

std::vector<std::string> merges(const formats::BpeModel& bpe) {
    std::vector<std::string> lines;
    for (const formats::PairMerge& merge : bpe.merges)
        lines.push_back(formats::to_characters(bpe.tokens[merge.left]) + " " +
                        formats::to_characters(bpe.tokens[merge.right]));
    return lines;
}

/// We put the separator before every text, and generation stops at it and at any eos. There are
/// keys for three; further ones llama.cpp knows by their names or not at all.
void add_marks(std::vector<GgufField>& fields, const formats::LlamaConfig& config) {
    std::vector<std::uint32_t> ends = config.eos;
    std::erase(ends, config.separator());
    ends.insert(ends.begin() + (ends.empty() ? 0 : 1), config.separator());
    constexpr std::array kKeys = {"eos", "eot", "eom"};
    fields.push_back({"tokenizer.ggml.bos_token_id", config.separator()});
    for (std::size_t i = 0; i < std::min(ends.size(), kKeys.size()); ++i)
        fields.push_back({fmt::format("tokenizer.ggml.{}_token_id", kKeys[i]), ends[i]});
    fields.push_back({"tokenizer.ggml.add_bos_token", true});
    fields.push_back({"tokenizer.ggml.add_eos_token", false});
}

std::vector<GgufField> architecture(const formats::LlamaConfig& config) {
    std::vector<GgufField> fields = {
        {"llama.vocab_size", config.vocab},
        {"llama.context_length", config.context},
        {"llama.embedding_length", config.dim},
        {"llama.block_count", config.layers},
        {"llama.feed_forward_length", config.hidden},
        {"llama.attention.head_count", config.heads},
        {"llama.attention.head_count_kv", config.kv_heads},
        {"llama.attention.key_length", config.head_dim},
        {"llama.attention.value_length", config.head_dim},
        {"llama.attention.layer_norm_rms_epsilon", config.norm_eps},
        {"llama.rope.dimension_count", config.head_dim},
        {"llama.rope.freq_base", config.rope_theta},
    };
    if (config.rope_scaling.kind == RopeScaling::Kind::linear) {
        fields.push_back({"llama.rope.scaling.type", "linear"});
        fields.push_back({"llama.rope.scaling.factor", config.rope_scaling.factor});
    }
    return fields;
}

Result<std::vector<GgufField>> all_fields(const Model& model, formats::GgufType type) {
    const Digest digest = model_digest(model.config, model.weights, model.tokenizer);
    std::vector<GgufField> fields = {
        {"general.architecture", "llama"},
        {"general.type", "model"},
        {"general.name", "litura " + digest.hex().substr(0, 12)},
        {"general.file_type", formats::gguf_file_type(type)},
        {"litura.model.digest", to_text(digest)},
    };
    if (type == formats::GgufType::q8_0)
        fields.push_back({"general.quantization_version", std::uint32_t{2}});
    for (GgufField& field : architecture(model.config)) fields.push_back(std::move(field));
    const formats::BpeModel& bpe = model.tokenizer.model();
    // By itself: where TRY returns from within a braced list, Clang leaks what the list held already.
    const auto pre = TRY(pre_tokenizer(bpe));
    fields.push_back({"tokenizer.ggml.model", "gpt2"});
    fields.push_back({"tokenizer.ggml.pre", pre});
    TRY(add_tokens(fields, bpe, model.config.vocab));
    fields.push_back({"tokenizer.ggml.merges", merges(bpe)});
    add_marks(fields, model.config);
    return fields;
}

/// "model.layers.3.mlp.up_proj.weight" is "blk.3.ffn_up.weight" there.
std::string their_name(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"model.embed_tokens", "token_embd"},
        {"model.norm", "output_norm"},
        {"lm_head", "output"},
        {"input_layernorm", "attn_norm"},
        {"post_attention_layernorm", "ffn_norm"},
        {"self_attn.q_proj", "attn_q"},
        {"self_attn.k_proj", "attn_k"},
        {"self_attn.v_proj", "attn_v"},
        {"self_attn.o_proj", "attn_output"},
        {"mlp.gate_proj", "ffn_gate"},
        {"mlp.up_proj", "ffn_up"},
        {"mlp.down_proj", "ffn_down"},
    };
    constexpr std::string_view kLayers = "model.layers.", kWeight = ".weight";
    std::string block;
    std::string_view stem = name.substr(0, name.size() - kWeight.size());
    if (stem.starts_with(kLayers)) {
        stem.remove_prefix(kLayers.size());
        const std::size_t dot = stem.find('.');
        block = fmt::format("blk.{}.", stem.substr(0, dot));
        stem.remove_prefix(dot + 1);
    }
    const auto found = std::ranges::find(kNames, stem, [](const auto& pair) { return pair.first; });
    CHECK(found != std::end(kNames));
    return fmt::format("{}{}{}", block, found->second, kWeight);
}

/// The rows of each head, (0, 1 .. | h, h+1 ..), as (0, h, 1, h+1 ..): llama.cpp turns neighbours
/// against each other.
std::vector<float> neighbours(std::span<const float> rows, std::size_t head_dim,
                              std::size_t columns) {
    std::vector<float> out;
    out.reserve(rows.size());
    const std::size_t half = head_dim / 2;
    for (std::size_t head = 0; head < rows.size(); head += head_dim * columns) {
        for (std::size_t row = 0; row < head_dim; ++row) {
            const std::size_t from = row / 2 + (row % 2) * half;
            const auto values = rows.subspan(head + from * columns, columns);
            out.insert(out.end(), values.begin(), values.end());
        }
    }
    return out;
}

/// By how much each pair's frequency is divided.
std::vector<float> divisors(const formats::LlamaConfig& config) {
    std::vector<float> out;
    for (std::size_t pair = 0; pair < config.head_dim / 2; ++pair) {
        const RotaryFrequency frequency = rotary_frequency(config, pair);
        out.push_back(static_cast<float>(frequency.plain / frequency.scaled));
    }
    return out;
}

}  // namespace

Result<Bytes> gguf_file(const Model& model, formats::GgufType type) {
    const std::vector<GgufField> fields = TRY(all_fields(model, type));
    const Layout layout(model.config);
    std::vector<TensorSource> tensors;
    std::vector<std::vector<float>> made;  // what is not in the weights as it is
    made.reserve(layout.tensors().size() + 1);
    for (const TensorSpec& spec : layout.tensors()) {
        auto values = std::span(model.weights).subspan(spec.offset, spec.count);
        if (spec.name.ends_with("q_proj.weight") || spec.name.ends_with("k_proj.weight"))
            values = made.emplace_back(neighbours(values, model.config.head_dim, model.config.dim));
        tensors.push_back({their_name(spec.name), spec.shape, values});
    }
    if (model.config.rope_scaling.kind == RopeScaling::Kind::llama3) {
        const auto& values = made.emplace_back(divisors(model.config));
        tensors.push_back({"rope_freqs.weight", {values.size()}, values});
    }
    return formats::write_gguf(fields, tensors, type);
}

}  // namespace litura::engine
