// Reading goes through small typed accessors so that every error names its field; writing is a
// fixed template.
#include "formats/llama_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>

#include "formats/strict_json.hpp"

namespace litura::formats {
namespace {

constexpr const char* kChoose = "choose another base; docs/bases.md says what is accepted";
constexpr std::uint32_t kContextMax = 1u << 20;
constexpr std::size_t kEosMax = 64;

Error bad_config(std::string message, std::string_view field) {
    return {Code::bad_input, std::move(message), fmt::format("config.json: {}", field), kChoose};
}

Result<std::uint32_t> as_integer(const StrictJson& value, const char* field) {
    if (!value.is_number_unsigned()) return bad_config("a whole number is expected here", field);
    const auto number = value.get<std::uint64_t>();
    if (number > 0xffffffffu) return bad_config("the number is too large", field);
    return static_cast<std::uint32_t>(number);
}

Result<std::uint32_t> integer(const StrictJson& json, const char* field) {
    const auto found = json.find(field);
    if (found == json.end()) return bad_config("a whole number is missing here", field);
    return as_integer(*found, field);
}

Result<std::uint32_t> integer_or(const StrictJson& json, const char* field, std::uint32_t other) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return other;
    return integer(json, field);
}

Result<float> number(const StrictJson& json, const char* field) {
    const auto found = json.find(field);
    if (found == json.end() || !found->is_number())
        return bad_config("a number is expected here", field);
    return static_cast<float>(found->get<double>());
}

Result<float> number_or(const StrictJson& json, const char* field, float other) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return other;
    return number(json, field);
}

Result<bool> boolean_or(const StrictJson& json, const char* field, bool other) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null()) return other;
    if (!found->is_boolean()) return bad_config("true or false is expected here", field);
    return found->get<bool>();
}

/// Absent, null or `only`: anything else would be computed differently from what the file says.
Result<void> requires_setting(const StrictJson& json, const char* field, const StrictJson& only) {
    const auto found = json.find(field);
    if (found == json.end() || found->is_null() || *found == only) return done();
    return bad_config(fmt::format("only {} is supported", only.dump()), field);
}

Result<void> check_supported(const StrictJson& json) {
    if (json.value("model_type", StrictJson()) != StrictJson("llama")) {
        return bad_config("only \"llama\" is supported", "model_type");
    }
    struct Only {
        const char* field;
        StrictJson value;
    };
    for (const Only& only : std::initializer_list<Only>{
             {"architectures", StrictJson::array({"LlamaForCausalLM"})},
             {"hidden_act", "silu"},
             {"attention_bias", false},
             {"mlp_bias", false},
             {"pretraining_tp", 1},
             {"sliding_window", nullptr},
             {"partial_rotary_factor", 1.0},
             {"quantization_config", nullptr},
             {"auto_map", nullptr},  // the model's own code instead of the library's Llama
         }) {
        TRY(requires_setting(json, only.field, only.value));
    }
    return done();
}

Result<RopeScaling> rope_scaling(const StrictJson& json, const char* where) {
    RopeScaling scaling;
    const char* field = json.contains("rope_type") ? "rope_type" : "type";
    const StrictJson kind = json.value(field, StrictJson("default"));
    if (kind == "default") return scaling;
    if (kind != "linear" && kind != "llama3") {
        return bad_config("only \"default\", \"linear\" and \"llama3\" are supported",
                          fmt::format("{}.{}", where, field));
    }
    TRY(requires_setting(json, "partial_rotary_factor", 1.0));
    scaling.kind = kind == "linear" ? RopeScaling::Kind::linear : RopeScaling::Kind::llama3;
    scaling.factor = TRY(number(json, "factor"));
    if (scaling.kind == RopeScaling::Kind::linear) return scaling;
    scaling.low_turns = TRY(number(json, "low_freq_factor"));
    scaling.high_turns = TRY(number(json, "high_freq_factor"));
    scaling.original_context = TRY(integer(json, "original_max_position_embeddings"));
    return scaling;
}

/// Older files say "rope_theta" and "rope_scaling", newer ones both in "rope_parameters".
Result<void> read_rope(const StrictJson& json, LlamaConfig& config) {
    const StrictJson scaling = json.value("rope_scaling", StrictJson());
    const StrictJson newer = json.value("rope_parameters", StrictJson());
    if (!scaling.is_null() && !newer.is_null()) {
        return bad_config("stands beside rope_scaling, which says the same or another thing",
                          "rope_parameters");
    }
    const char* where = newer.is_null() ? "rope_scaling" : "rope_parameters";
    const StrictJson& nested = newer.is_null() ? scaling : newer;
    if (!nested.is_null() && !nested.is_object())
        return bad_config("an object is expected here", where);
    const bool inside = nested.is_object() && nested.contains("rope_theta");
    config.rope_theta = TRY(number_or(inside ? nested : json, "rope_theta", 10000.0f));
    if (nested.is_object()) config.rope_scaling = TRY(rope_scaling(nested, where));
    return done();
}

/// A number, a list of them or null; `absent` where the field is missing, as Hugging Face has it.
Result<std::vector<std::uint32_t>> tokens(const StrictJson& json, const char* field,
                                          std::uint32_t absent) {
    const auto found = json.find(field);
    if (found == json.end()) return std::vector{absent};
    if (found->is_null()) return std::vector<std::uint32_t>{};
    std::vector<std::uint32_t> list;
    if (!found->is_array()) {
        list.push_back(TRY(as_integer(*found, field)));
        return list;
    }
    for (const StrictJson& value : *found) list.push_back(TRY(as_integer(value, field)));
    return list;
}

Result<void> read_marks(const StrictJson& json, LlamaConfig& config) {
    const std::vector<std::uint32_t> bos = TRY(tokens(json, "bos_token_id", 1));
    if (bos.size() > 1) return bad_config("only one token is supported", "bos_token_id");
    if (!bos.empty()) config.bos = bos.front();
    config.eos = TRY(tokens(json, "eos_token_id", 2));
    return done();
}

std::string json_number(float value) {
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
}

Result<void> check_rope(const LlamaConfig& config) {
    if (!(config.rope_theta >= 1.0f && config.rope_theta <= 1e9f)) {
        return bad_config("must be from 1 to 1e9", "rope_theta");
    }
    const RopeScaling& scaling = config.rope_scaling;
    if (scaling.kind == RopeScaling::Kind::none) return done();
    if (!(scaling.factor >= 1.0f && scaling.factor <= 1e6f)) {
        return bad_config("must be from 1 to 1e6", "rope_scaling.factor");
    }
    if (scaling.kind == RopeScaling::Kind::linear) return done();
    if (!(scaling.low_turns > 0.0f && scaling.low_turns < scaling.high_turns &&
          scaling.high_turns <= 1e6f)) {
        return bad_config("must be above low_freq_factor, which must be above 0",
                          "rope_scaling.high_freq_factor");
    }
    if (scaling.original_context == 0 || scaling.original_context > kContextMax) {
        return bad_config(fmt::format("must be from 1 to {}", kContextMax),
                          "rope_scaling.original_max_position_embeddings");
    }
    return done();
}

Result<void> check_marks(const LlamaConfig& config) {
    if (config.bos && *config.bos >= config.vocab)
        return bad_config("is not a token", "bos_token_id");
    if (!config.bos && config.eos.empty()) {
        return bad_config("no token begins or ends a text, so nothing can separate texts",
                          "eos_token_id");
    }
    if (config.eos.size() > kEosMax) return bad_config("there are too many tokens", "eos_token_id");
    for (auto at = config.eos.begin(); at != config.eos.end(); ++at) {
        if (*at >= config.vocab) return bad_config("is not a token", "eos_token_id");
        if (std::find(config.eos.begin(), at, *at) != at) {
            return bad_config("names a token twice", "eos_token_id");
        }
    }
    return done();
}

/// The line that says how rotary frequencies are scaled; none where they are not.
std::string rope_scaling_line(const RopeScaling& scaling) {
    if (scaling.kind == RopeScaling::Kind::none) return "";
    const bool linear = scaling.kind == RopeScaling::Kind::linear;
    std::string line = fmt::format("  \"rope_scaling\": {{\"rope_type\": \"{}\", \"factor\": {}",
                                   linear ? "linear" : "llama3", json_number(scaling.factor));
    if (linear) {
        line += ", \"type\": \"linear\"";  // its name in older readers
    } else {
        line += fmt::format(
            ", \"low_freq_factor\": {}, \"high_freq_factor\": {}, "
            "\"original_max_position_embeddings\": {}",
            json_number(scaling.low_turns), json_number(scaling.high_turns),
            scaling.original_context);
    }
    return line + "},\n";
}

std::string eos_value(const std::vector<std::uint32_t>& eos) {
    if (eos.empty()) return "null";
    return eos.size() == 1 ? std::to_string(eos[0]) : fmt::format("[{}]", fmt::join(eos, ", "));
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
             {"max_position_embeddings", config.context, kContextMax},
         }) {
        if (limit.value == 0 || limit.value > limit.most) {
            return bad_config(fmt::format("must be from 1 to {}", limit.most), limit.field);
        }
    }
    if (config.heads % config.kv_heads != 0) {
        return bad_config("must divide num_attention_heads", "num_key_value_heads");
    }
    if (config.head_dim % 2 != 0) return bad_config("must be even", "head_dim");
    if (!(config.norm_eps > 0.0f && config.norm_eps < 1.0f)) {
        return bad_config("must be between 0 and 1", "rms_norm_eps");
    }
    TRY(check_rope(config));
    return check_marks(config);
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
    config.norm_eps = TRY(number_or(json, "rms_norm_eps", 1e-6f));
    config.tied = TRY(boolean_or(json, "tie_word_embeddings", false));
    TRY(read_rope(json, config));
    TRY(read_marks(json, config));
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
{}  "tie_word_embeddings": {},
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
                       json_number(config.norm_eps), json_number(config.rope_theta),
                       rope_scaling_line(config.rope_scaling), config.tied,
                       config.bos ? std::to_string(*config.bos) : "null", eos_value(config.eos),
                       config_name(dtype));
}

}  // namespace litura::formats
