// Tokens are bytes; JSON strings are text. GPT-2's mapping gives each byte a printable character:
// the printable Latin-1 ones stand for themselves, the n-th other byte is U+0100 + n.
#include "formats/tokenizer_json.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>
#include <unordered_map>

#include "formats/strict_json.hpp"

namespace litura::formats {
namespace {

constexpr std::size_t kFileMax = 64u << 20;
constexpr std::size_t kVocabMax = 1u << 20;

using Ids = std::unordered_map<std::string, std::uint32_t>;

Error bad(std::string message, std::string_view where) {
    return {Code::bad_input, std::move(message), fmt::format("tokenizer.json: {}", where), {}};
}

bool stands_for_itself(unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

/// The character of every byte, in UTF-8.
const std::array<std::string, 256>& characters() {
    static const std::array<std::string, 256> table = [] {
        std::array<std::string, 256> made;
        unsigned others = 0;
        for (unsigned byte = 0; byte < 256; ++byte) {
            const unsigned point = stands_for_itself(byte) ? byte : 0x100 + others++;
            if (point < 0x80) {
                made[byte] = static_cast<char>(point);
            } else {
                made[byte] = {static_cast<char>(0xc0 | (point >> 6)),
                              static_cast<char>(0x80 | (point & 0x3f))};
            }
        }
        return made;
    }();
    return table;
}

std::string to_characters(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) text += characters()[static_cast<unsigned char>(byte)];
    return text;
}

std::optional<std::string> to_bytes(std::string_view text) {
    static const std::unordered_map<std::string_view, char> table = [] {
        std::unordered_map<std::string_view, char> made;
        for (unsigned byte = 0; byte < 256; ++byte) {
            made[characters()[byte]] = static_cast<char>(byte);
        }
        return made;
    }();
    std::string bytes;
    while (!text.empty()) {
        const std::size_t length = static_cast<unsigned char>(text[0]) < 0x80 ? 1 : 2;
        const auto found = table.find(text.substr(0, length));
        if (found == table.end()) return std::nullopt;
        bytes += found->second;
        text.remove_prefix(length);
    }
    return bytes;
}

/// The value of `field`, null where it is absent.
const StrictJson& field_of(const StrictJson& json, const char* field) {
    static const StrictJson null;
    const auto found = json.find(field);
    return found == json.end() ? null : *found;
}

/// Absent, null or `only`.
Result<void> requires_value(const StrictJson& json, const char* field, const StrictJson& only) {
    const StrictJson& value = field_of(json, field);
    if (value.is_null() || value == only) return done();
    return bad(fmt::format("only {} is supported", only.dump()), field);
}

Result<void> check_pipeline(const StrictJson& json) {
    TRY(requires_value(json, "normalizer", nullptr));
    TRY(requires_value(json, "truncation", nullptr));
    TRY(requires_value(json, "padding", nullptr));
    const StrictJson& splitter = field_of(json, "pre_tokenizer");
    if (!splitter.is_object() || field_of(splitter, "type") != "ByteLevel" ||
        field_of(splitter, "add_prefix_space") != false) {
        return bad("only ByteLevel without prefix space is supported", "pre_tokenizer");
    }
    TRY(requires_value(splitter, "use_regex", true));
    const StrictJson& decoder = field_of(json, "decoder");
    if (!decoder.is_object() || field_of(decoder, "type") != "ByteLevel") {
        return bad("only ByteLevel is supported", "decoder");
    }
    const StrictJson& after = field_of(json, "post_processor");
    if (!after.is_null() && (!after.is_object() || field_of(after, "type") != "ByteLevel")) {
        return bad("only ByteLevel is supported", "post_processor");
    }
    return done();
}

Result<void> check_bpe(const StrictJson& bpe) {
    if (!bpe.is_object() || field_of(bpe, "type") != "BPE") {
        return bad("only BPE is supported", "model");
    }
    TRY(requires_value(bpe, "dropout", nullptr));
    TRY(requires_value(bpe, "unk_token", nullptr));
    TRY(requires_value(bpe, "continuing_subword_prefix", ""));
    TRY(requires_value(bpe, "end_of_word_suffix", ""));
    TRY(requires_value(bpe, "byte_fallback", false));
    TRY(requires_value(bpe, "ignore_merges", false));
    return done();
}

struct Special {
    std::string name;
    std::uint32_t id = 0;
};

Result<Special> read_special(const StrictJson& json) {
    const StrictJson& added = field_of(json, "added_tokens");
    if (!added.is_array() || added.size() != 1 || !added[0].is_object()) {
        return bad("exactly one added token is supported", "added_tokens");
    }
    for (const char* flag : {"single_word", "lstrip", "rstrip"}) {
        TRY(requires_value(added[0], flag, false));
    }
    const StrictJson& name = field_of(added[0], "content");
    const StrictJson& id = field_of(added[0], "id");
    if (field_of(added[0], "special") != true || !name.is_string() || !id.is_number_unsigned() ||
        id.get<std::uint64_t>() >= kVocabMax) {
        return bad("the added token must be special and have a content and an id", "added_tokens");
    }
    return Special{name.get<std::string>(), id.get<std::uint32_t>()};
}

/// Tokens by id, and ids by the token's text in the file.
Result<void> read_vocabulary(const StrictJson& bpe, const Special& special, BpeModel& model,
                             Ids& ids) {
    const StrictJson& vocabulary = field_of(bpe, "vocab");
    if (!vocabulary.is_object() || vocabulary.empty()) return bad("an object is expected", "vocab");
    const bool holds_special = vocabulary.contains(special.name);
    const std::size_t size = vocabulary.size() + (holds_special ? 0 : 1);
    if (size > kVocabMax || special.id >= size) return bad("the ids do not count from 0", "vocab");

    model.special = special.id;
    model.tokens.assign(size, {});
    model.tokens[special.id] = special.name;
    std::vector<bool> taken(size);
    if (!holds_special) taken[special.id] = true;
    for (const auto& [text, id] : vocabulary.items()) {
        if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= size ||
            taken[id.get<std::size_t>()]) {
            return bad("the ids do not count from 0", "vocab");
        }
        const auto number = id.get<std::uint32_t>();
        taken[number] = true;
        if (text == special.name) {
            if (number != special.id) return bad("the special token has two ids", "vocab");
            continue;
        }
        const auto bytes = to_bytes(text);
        if (!bytes || bytes->empty()) {
            return bad("a token is not in the byte-level alphabet", "vocab");
        }
        model.tokens[number] = *bytes;
        ids.emplace(text, number);
    }
    for (const std::string& character : characters()) {
        if (!ids.contains(character)) return bad("one of the 256 bytes is missing", "vocab");
    }
    return done();
}

/// "a b" as one string (older files) or ["a", "b"].
std::optional<std::pair<std::string, std::string>> merge_sides(const StrictJson& json) {
    if (json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string()) {
        return std::pair(json[0].get<std::string>(), json[1].get<std::string>());
    }
    if (!json.is_string()) return std::nullopt;
    const auto& text = json.get_ref<const std::string&>();
    const std::size_t space = text.find(' ');
    if (space == std::string::npos) return std::nullopt;
    return std::pair(text.substr(0, space), text.substr(space + 1));
}

Result<void> read_merges(const StrictJson& bpe, const Ids& ids, BpeModel& model) {
    const StrictJson& merges = field_of(bpe, "merges");
    if (!merges.is_array()) return bad("a list is expected", "merges");
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const StrictJson& entry : merges) {
        const auto sides = merge_sides(entry);
        if (!sides) return bad("a merge is not two tokens", "merges");
        const auto left = ids.find(sides->first);
        const auto right = ids.find(sides->second);
        const auto result = ids.find(sides->first + sides->second);
        if (left == ids.end() || right == ids.end() || result == ids.end()) {
            return bad("a merge names a token that is not in the vocabulary", "merges");
        }
        if (!seen.emplace(left->second, right->second).second) {
            return bad("a merge is listed twice", "merges");
        }
        model.merges.push_back({left->second, right->second, result->second});
    }
    return done();
}

std::string json_string(const std::string& text) {
    return StrictJson(text).dump(-1, ' ', false, StrictJson::error_handler_t::replace);
}

}  // namespace

Result<BpeModel> read_tokenizer_json(std::string_view text) {
    if (text.size() > kFileMax) return bad("the file is too large", "size");
    const StrictJson json = TRY(parse_strict_json(text, "tokenizer.json"));
    TRY(check_pipeline(json));
    const Special special = TRY(read_special(json));
    const StrictJson& bpe = field_of(json, "model");
    TRY(check_bpe(bpe));
    BpeModel model;
    Ids ids;
    TRY(read_vocabulary(bpe, special, model, ids));
    TRY(read_merges(bpe, ids, model));
    return model;
}

std::string write_tokenizer_json(const BpeModel& model) {
    std::vector<std::string> shown;
    for (std::uint32_t id = 0; id < model.tokens.size(); ++id) {
        shown.push_back(id == model.special ? model.tokens[id] : to_characters(model.tokens[id]));
    }
    std::string vocabulary, merges;
    for (std::uint32_t id = 0; id < shown.size(); ++id) {
        vocabulary += fmt::format("{}{}:{}", id ? "," : "", json_string(shown[id]), id);
    }
    for (const Merge& merge : model.merges) {
        merges += merges.empty() ? "" : ",";
        merges += json_string(shown[merge.left] + ' ' + shown[merge.right]);
    }
    return fmt::format(
        R"({{"version":"1.0","truncation":null,"padding":null,)"
        R"("added_tokens":[{{"id":{},"content":{},)"
        R"("single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}}],)"
        R"("normalizer":null,"pre_tokenizer":{{"type":"ByteLevel","add_prefix_space":false,)"
        R"("trim_offsets":true,"use_regex":true}},"post_processor":null,)"
        R"("decoder":{{"type":"ByteLevel",)"
        R"("add_prefix_space":true,"trim_offsets":true,"use_regex":true}},"model":{{"type":"BPE",)"
        R"("dropout":null,"unk_token":null,)"
        R"("continuing_subword_prefix":null,"end_of_word_suffix":null,)"
        R"("fuse_unk":false,"byte_fallback":false,"vocab":{{{}}},"merges":[{}]}}}})"
        "\n",
        model.special, json_string(shown[model.special]), vocabulary, merges);
}

std::vector<std::string> byte_alphabet() {
    std::vector<std::string> alphabet;
    for (const bool printable : {true, false}) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            if (stands_for_itself(byte) != printable) continue;
            alphabet.emplace_back(1, static_cast<char>(byte));
        }
    }
    return alphabet;
}

}  // namespace litura::formats
