#include "formats/tokenizer_pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

namespace litura::formats {
namespace {

constexpr std::size_t kTemplateMax = 16;

constexpr const char* kLlama3Expression =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The single step, or the steps of a "Sequence".
std::vector<StrictJson> steps_of(const StrictJson& part, const char* list) {
    if (field_of(part, "type") != "Sequence") return {part};
    const StrictJson& steps = field_of(part, list);
    return steps.is_array() ? steps.get<std::vector<StrictJson>>() : std::vector<StrictJson>{};
}

bool is_type(const StrictJson& step, const char* type) {
    return step.is_object() && field_of(step, "type") == type;
}

bool is_byte_level(const StrictJson& step, bool use_regex) {
    const StrictJson& used = field_of(step, "use_regex");
    return is_type(step, "ByteLevel") && field_of(step, "add_prefix_space").is_boolean() &&
           (used == use_regex || (used.is_null() && use_regex));
}

bool is_single_digits(const StrictJson& step) {
    return is_type(step, "Digits") && field_of(step, "individual_digits") == true;
}

bool is_llama3_split(const StrictJson& step) {
    return is_type(step, "Split") && field_of(step, "behavior") == "Isolated" &&
           field_of(step, "invert") == false &&
           field_of(step, "pattern") == StrictJson{{"Regex", kLlama3Expression}};
}

std::optional<Splitter> splitter_of(const std::vector<StrictJson>& steps) {
    if (steps.size() == 1 && is_byte_level(steps[0], true)) return Splitter::gpt2;
    if (steps.size() != 2) return std::nullopt;
    if (is_single_digits(steps[0]) && is_byte_level(steps[1], true)) return Splitter::gpt2_digits;
    if (is_llama3_split(steps[0]) && is_byte_level(steps[1], false)) return Splitter::llama3;
    return std::nullopt;
}

/// The name in {"SpecialToken": {"id": NAME, ..}}, or "" for {"Sequence": {"id": "A", ..}}.
std::optional<std::string> template_piece(const StrictJson& piece) {
    if (!piece.is_object() || piece.size() != 1 || !piece.begin()->is_object()) return std::nullopt;
    const StrictJson& id = field_of(*piece.begin(), "id");
    if (piece.contains("Sequence") && id == "A") return "";
    if (!piece.contains("SpecialToken") || !id.is_string() || id == "") return std::nullopt;
    return id.get<std::string>();
}

Result<Template> single_of(const StrictJson& step) {
    const Error refused = bad_tokenizer(
        "only special tokens before and after one text are supported", "post_processor");
    const StrictJson& single = field_of(step, "single");
    if (!single.is_array() || single.size() > kTemplateMax) return refused;
    Template found;
    bool text_seen = false;
    for (const StrictJson& piece : single) {
        const auto name = template_piece(piece);
        if (!name || (name->empty() && text_seen)) return refused;
        if (name->empty()) {
            text_seen = true;
        } else {
            (text_seen ? found.after : found.before).push_back(*name);
        }
    }
    if (!text_seen) return refused;
    return found;
}

std::string template_tokens(const BpeModel& model, std::span<const std::uint32_t> ids, int type) {
    std::string text;
    for (const std::uint32_t id : ids) {
        text += fmt::format(R"({{"SpecialToken":{{"id":{},"type_id":{}}}}},)",
                            json_string(model.tokens[id]), type);
    }
    return text;
}

/// One text of a template with what stands around it.
std::string template_text(const BpeModel& model, char name, int type) {
    std::string text = template_tokens(model, model.before, type) +
                       fmt::format(R"({{"Sequence":{{"id":"{}","type_id":{}}}}},)", name, type) +
                       template_tokens(model, model.after, type);
    text.pop_back();
    return text;
}

}  // namespace

const StrictJson& field_of(const StrictJson& json, const char* field) {
    static const StrictJson null;
    const auto found = json.find(field);
    return found == json.end() ? null : *found;
}

Result<void> requires_value(const StrictJson& json, const char* field, const StrictJson& only) {
    const StrictJson& value = field_of(json, field);
    if (value.is_null() || value == only) return done();
    return bad_tokenizer(fmt::format("only {} is supported", only.dump()), field);
}

Error bad_tokenizer(std::string message, std::string_view where) {
    return {Code::bad_input, std::move(message), fmt::format("tokenizer.json: {}", where),
            "choose another base; docs/bases.md says what is accepted"};
}

std::string json_string(const std::string& text) {
    return StrictJson(text).dump(-1, ' ', false, StrictJson::error_handler_t::replace);
}

Result<void> read_splitting(const StrictJson& file, BpeModel& model) {
    for (const char* field : {"normalizer", "truncation", "padding"}) {
        TRY(requires_value(file, field, nullptr));
    }
    const auto steps = steps_of(field_of(file, "pre_tokenizer"), "pretokenizers");
    const auto splitter = splitter_of(steps);
    if (!splitter) {
        return bad_tokenizer(
            "only ByteLevel with the regular expression of GPT-2 (single digits "
            "or not) or of Llama 3 is supported",
            "pre_tokenizer");
    }
    model.splitter = *splitter;
    model.prefix_space = field_of(steps.back(), "add_prefix_space") == true;
    if (model.prefix_space && model.splitter != Splitter::gpt2) {
        return bad_tokenizer("a space before every piece is not supported", "add_prefix_space");
    }
    if (!is_type(field_of(file, "decoder"), "ByteLevel")) {
        return bad_tokenizer("only ByteLevel is supported", "decoder");
    }
    return done();
}

Result<Template> read_template(const StrictJson& file) {
    Template found;
    const StrictJson& after = field_of(file, "post_processor");
    if (after.is_null()) return found;
    bool seen = false;
    for (const StrictJson& step : steps_of(after, "processors")) {
        if (is_type(step, "ByteLevel")) continue;  // moves offsets, no tokens
        if (!is_type(step, "TemplateProcessing") || seen) {
            return bad_tokenizer("only ByteLevel and one TemplateProcessing are supported",
                                 "post_processor");
        }
        seen = true;
        found = TRY(single_of(step));
    }
    return found;
}

std::string pre_tokenizer_json(const BpeModel& model) {
    const std::string byte_level = fmt::format(
        R"({{"type":"ByteLevel","add_prefix_space":{},"trim_offsets":true,"use_regex":{}}})",
        model.prefix_space, model.splitter != Splitter::llama3);
    if (model.splitter == Splitter::gpt2) return byte_level;
    const std::string first = model.splitter == Splitter::llama3
                                  ? fmt::format(R"({{"type":"Split","pattern":{{"Regex":{}}},)"
                                                R"("behavior":"Isolated","invert":false}})",
                                                json_string(kLlama3Expression))
                                  : R"({"type":"Digits","individual_digits":true})";
    return fmt::format(R"({{"type":"Sequence","pretokenizers":[{},{}]}})", first, byte_level);
}

std::string post_processor_json(const BpeModel& model) {
    if (model.before.empty() && model.after.empty()) return "null";
    std::vector<std::uint32_t> ids = model.before;
    ids.insert(ids.end(), model.after.begin(), model.after.end());
    std::ranges::sort(ids);
    ids.erase(std::ranges::unique(ids).begin(), ids.end());
    std::string tokens;
    for (const std::uint32_t id : ids) {
        const std::string name = json_string(model.tokens[id]);
        tokens += fmt::format(R"({}{}:{{"id":{},"ids":[{}],"tokens":[{}]}})",
                              tokens.empty() ? "" : ",", name, name, id, name);
    }
    return fmt::format(
        R"({{"type":"TemplateProcessing","single":[{}],"pair":[{},{}],"special_tokens":{{{}}}}})",
        template_text(model, 'A', 0), template_text(model, 'A', 0), template_text(model, 'B', 1),
        tokens);
}

}  // namespace litura::formats
