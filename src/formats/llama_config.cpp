// Reading goes through small typed accessors so that every error names its field; writing is a
// fixed template.
#include "formats/llama_config.hpp"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>

#include "formats/strict_json.hpp"

namespace litura::formats {
namespace {

Error bad(std::string message, std::string_view field) {
    return {Code::bad_input, std::move(message), fmt::format("config.json: {}", field), {}};
}

Result<std::uint32_t> integer(const StrictJson& json, const char* field) {
    const auto found = json.find(field);
    if (found == json.end() || !found->is_number_unsigned()) {
        return bad("a whole number is missing here", field);
    }
    const auto value = found->get<std::uint64_t>();
    if (value > 0xffffffffu) return bad("the number is too large", field);
    return static_cast<std::uint32_t>(value);
}

Result<std::uint32_t> integer_or(const StrictJson& json, const char* field, std::uint32_t other) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return other;
    return integer(json, field);
}

Result<float> number_or(const StrictJson& json, const char* field, float other) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return other;
    if (!found->is_number()) return bad("a number is expected here", field);
    return static_cast<float>(found->get<double>());
}

Result<bool> boolean_or(const StrictJson& json, const char* field, bool other) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return other;
    if (!found->is_boolean()) return bad("true or false is expected here", field);
    return found->get<bool>();
}

/// Absent, null or `only`: anything else would be computed differently from what the file says.
Result<void> requires_value(const StrictJson& json, const char* field, const StrictJson& only) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null() || *found == only) return done();
    return bad(fmt::format("only {} is supported", only.dump()), field);
}

Result<void> check_supported(const StrictJson& json) {
    if (json.value("model_type", StrictJson()) != StrictJson("llama")) {
        return bad("only \"llama\" is supported", "model_type");
    }
    TRY(requires_value(json, "architectures", StrictJson::array({"LlamaForCausalLM"})));
    TRY(requires_value(json, "hidden_act", "silu"));
    TRY(requires_value(json, "attention_bias", false));
    TRY(requires_value(json, "mlp_bias", false));
    TRY(requires_value(json, "pretraining_tp", 1));
    TRY(requires_value(json, "rope_scaling", nullptr));
    return done();
}

/// Newer files keep the rotary settings in "rope_parameters"; only the plain kind is ours.
Result<float> rope_theta(const StrictJson& json) {
    const auto nested = json.find("rope_parameters");
    if (nested == json.end() || nested->is_null()) return number_or(json, "rope_theta", 10000.0f);
    if (!nested->is_object()) return bad("an object is expected here", "rope_parameters");
    TRY(requires_value(*nested, "rope_type", "default"));
    return number_or(*nested, "rope_theta", 10000.0f);
}

std::string json_number(float value) {
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

}  // namespace

Result<void> check_llama_config(const LlamaConfig& config) {
    struct Limit {
        const char* field;
        std::uint32_t value, most;
    };
    for (const Limit& limit : std::initializer_list<Limit>{
             {"vocab_size", config.vocab, 1u << 20},
             {"hidden_size", config.dim, 1u << 14},
             {"num_hidden_layers", config.layers, 256},
             {"num_attention_heads", config.heads, 256},
             {"num_key_value_heads", config.kv_heads, 256},
             {"head_dim", config.head_dim, 512},
             {"intermediate_size", config.hidden, 1u << 16},
             {"max_position_embeddings", config.context, 1u << 20},
         }) {
        if (limit.value == 0 || limit.value > limit.most) {
            return bad(fmt::format("must be from 1 to {}", limit.most), limit.field);
        }
    }
    if (config.heads % config.kv_heads != 0) {
        return bad("must divide num_attention_heads", "num_key_value_heads");
    }
    if (config.head_dim % 2 != 0) return bad("must be even", "head_dim");
    if (config.bos >= config.vocab) return bad("is not a token", "bos_token_id");
    if (config.eos >= config.vocab) return bad("is not a token", "eos_token_id");
    if (!(config.rope_theta >= 1.0f && config.rope_theta <= 1e9f)) {
        return bad("must be from 1 to 1e9", "rope_theta");
    }
    if (!(config.norm_eps > 0.0f && config.norm_eps < 1.0f)) {
        return bad("must be between 0 and 1", "rms_norm_eps");
    }
    return done();
}

Result<LlamaConfig> parse_llama_config(std::string_view text) {
    const StrictJson json = TRY(parse_strict_json(text, "config.json"));
    TRY(check_supported(json));
    LlamaConfig config;
    config.vocab = TRY(integer(json, "vocab_size"));
    config.dim = TRY(integer(json, "hidden_size"));
    config.layers = TRY(integer(json, "num_hidden_layers"));
    config.heads = TRY(integer(json, "num_attention_heads"));
    config.kv_heads = TRY(integer_or(json, "num_key_value_heads", config.heads));
    const std::uint32_t even_share = config.heads ? config.dim / config.heads : 0;
    config.head_dim = TRY(integer_or(json, "head_dim", even_share));
    config.hidden = TRY(integer(json, "intermediate_size"));
    config.context = TRY(integer(json, "max_position_embeddings"));
    config.rope_theta = TRY(rope_theta(json));
    config.norm_eps = TRY(number_or(json, "rms_norm_eps", 1e-6f));
    config.tied = TRY(boolean_or(json, "tie_word_embeddings", false));
    config.bos = TRY(integer(json, "bos_token_id"));
    config.eos = TRY(integer(json, "eos_token_id"));
    TRY(check_llama_config(config));
    return config;
}

std::string to_config_json(const LlamaConfig& config, Dtype dtype) {
    return fmt::format(R"({{
  "architectures": ["LlamaForCausalLM"],
  "model_type": "llama",
  "vocab_size": {},
  "hidden_size": {},
  "intermediate_size": {},
  "num_hidden_layers": {},
  "num_attention_heads": {},
  "num_key_value_heads": {},
  "head_dim": {},
  "max_position_embeddings": {},
  "rms_norm_eps": {},
  "rope_theta": {},
  "tie_word_embeddings": {},
  "hidden_act": "silu",
  "attention_bias": false,
  "mlp_bias": false,
  "bos_token_id": {},
  "eos_token_id": {},
  "torch_dtype": "{}"
}}
)",
                       config.vocab, config.dim, config.hidden, config.layers, config.heads,
                       config.kv_heads, config.head_dim, config.context,
                       json_number(config.norm_eps), json_number(config.rope_theta), config.tied,
                       config.bos, config.eos, config_name(dtype));
}

}  // namespace litura::formats
