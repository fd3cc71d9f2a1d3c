// The vocabulary, its special tokens and the merges; what stands around them is in
// formats/tokenizer_pipeline. Tokens are bytes, JSON strings are text: formats/byte_alphabet.
#include "formats/tokenizer_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "formats/byte_alphabet.hpp"
#include "formats/tokenizer_pipeline.hpp"

namespace litura::formats {
namespace {

constexpr std::size_t kFileMax = 64u << 20;
constexpr std::size_t kVocabMax = 1u << 20;

using Ids = std::unordered_map<std::string, std::uint32_t>;
using Specials = std::map<std::string, std::uint32_t>;  ///< ids by name

Result<void> check_bpe(const StrictJson& bpe) {
    if (!bpe.is_object()) return bad_tokenizer("an object is expected", "model");
    TRY(requires_value(bpe, "type", "BPE"));
    TRY(requires_value(bpe, "dropout", nullptr));
    TRY(requires_value(bpe, "continuing_subword_prefix", ""));
    TRY(requires_value(bpe, "end_of_word_suffix", ""));
    return requires_value(bpe, "byte_fallback", false);
}

Result<bool> ignore_merges(const StrictJson& bpe) {
    const StrictJson& value = field_of(bpe, "ignore_merges");
    if (value.is_null()) return false;
    if (!value.is_boolean()) return bad_tokenizer("true or false is expected", "ignore_merges");
    return value.get<bool>();
}

Result<Specials> read_specials(const StrictJson& json) {
    const StrictJson& added = field_of(json, "added_tokens");
    if (!added.is_array() || added.empty() || added.size() > kVocabMax) {
        return bad_tokenizer("a list with at least one special token is expected", "added_tokens");
    }
    Specials specials;
    std::set<std::uint32_t> ids;
    for (const StrictJson& token : added) {
        if (!token.is_object()) return bad_tokenizer("a token is not an object", "added_tokens");
        for (const char* flag : {"single_word", "lstrip", "rstrip"}) {
            TRY(requires_value(token, flag, false));
        }
        const StrictJson& name = field_of(token, "content");
        const StrictJson& id = field_of(token, "id");
        if (field_of(token, "special") != true || !name.is_string() || name == "" ||
            !id.is_number_unsigned() || id.get<std::uint64_t>() >= kVocabMax) {
            return bad_tokenizer("an added token must be special and have a content and an id",
                                 "added_tokens");
        }
        const auto number = id.get<std::uint32_t>();
        if (!specials.emplace(name.get<std::string>(), number).second ||
            !ids.insert(number).second) {
            return bad_tokenizer("a token is listed twice", "added_tokens");
        }
    }
    return specials;
}

/// Places tokens by id; every place is taken once.
class Places {
public:
    explicit Places(std::size_t size) : tokens_(size), taken_(size) {}

    bool take(std::uint64_t id, std::string bytes) {
        if (id >= taken_.size() || taken_[id]) return false;
        taken_[id] = true;
        tokens_[id] = std::move(bytes);
        return true;
    }
    std::vector<std::string> tokens() { return std::move(tokens_); }

private:
    std::vector<std::string> tokens_;
    std::vector<bool> taken_;
};

/// Tokens by id, and ids by the token's text in the file.
Result<void> read_vocabulary(const StrictJson& bpe, const Specials& specials, BpeModel& model,
                             Ids& ids) {
    const StrictJson& vocabulary = field_of(bpe, "vocab");
    if (!vocabulary.is_object()) return bad_tokenizer("an object is expected", "vocab");
    std::size_t size = vocabulary.size();
    for (const auto& [name, id] : specials) size += vocabulary.contains(name) ? 0 : 1;
    if (size > kVocabMax) return bad_tokenizer("there are too many tokens", "vocab");

    Places places(size);
    for (const auto& [name, id] : specials) {
        if (!places.take(id, name))
            return bad_tokenizer("the ids do not count from 0", "added_tokens");
        model.specials.push_back(id);
    }
    std::ranges::sort(model.specials);
    for (const auto& [text, id] : vocabulary.items()) {
        if (!id.is_number_unsigned()) return bad_tokenizer("an id is not a whole number", "vocab");
        if (const auto special = specials.find(text); special != specials.end()) {
            if (id != special->second) return bad_tokenizer("a special token has two ids", "vocab");
            continue;
        }
        auto bytes = from_characters(text);
        if (!bytes || bytes->empty()) {
            return bad_tokenizer("a token is not in the byte-level alphabet", "vocab");
        }
        if (!places.take(id.get<std::uint64_t>(), std::move(*bytes))) {
            return bad_tokenizer("the ids do not count from 0", "vocab");
        }
        ids.emplace(text, id.get<std::uint32_t>());
    }
    for (const std::string& character : byte_characters()) {
        if (!ids.contains(character))
            return bad_tokenizer("one of the 256 bytes is missing", "vocab");
    }
    model.tokens = places.tokens();
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
    if (!merges.is_array()) return bad_tokenizer("a list is expected", "merges");
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    for (const StrictJson& entry : merges) {
        const auto sides = merge_sides(entry);
        if (!sides) return bad_tokenizer("a merge is not two tokens", "merges");
        const auto left = ids.find(sides->first);
        const auto right = ids.find(sides->second);
        const auto result = ids.find(sides->first + sides->second);
        if (left == ids.end() || right == ids.end() || result == ids.end()) {
            return bad_tokenizer("a merge names a token that is not in the vocabulary", "merges");
        }
        if (!seen.emplace(left->second, right->second).second) {
            return bad_tokenizer("a merge is listed twice", "merges");
        }
        model.merges.push_back({left->second, right->second, result->second});
    }
    return done();
}

Result<std::vector<std::uint32_t>> ids_of(const std::vector<std::string>& names,
                                          const Specials& specials) {
    std::vector<std::uint32_t> ids;
    for (const std::string& name : names) {
        const auto found = specials.find(name);
        if (found == specials.end())
            return bad_tokenizer("names no special token", "post_processor");
        ids.push_back(found->second);
    }
    return ids;
}

std::string added_tokens_json(const BpeModel& model) {
    std::string list;
    for (const std::uint32_t id : model.specials) {
        list += fmt::format(
            R"({}{{"id":{},"content":{},)"
            R"("single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}})",
            list.empty() ? "" : ",", id, json_string(model.tokens[id]));
    }
    return list;
}

}  // namespace

Result<BpeModel> read_tokenizer_json(std::string_view text) {
    if (text.size() > kFileMax) return bad_tokenizer("the file is too large", "size");
    const StrictJson json = TRY(parse_strict_json(text, "tokenizer.json"));
    BpeModel model;
    TRY(read_splitting(json, model));
    const Specials specials = TRY(read_specials(json));
    const Template around = TRY(read_template(json));
    model.before = TRY(ids_of(around.before, specials));
    model.after = TRY(ids_of(around.after, specials));
    const StrictJson& bpe = field_of(json, "model");
    TRY(check_bpe(bpe));
    model.whole_pieces = TRY(ignore_merges(bpe));
    Ids ids;
    TRY(read_vocabulary(bpe, specials, model, ids));
    TRY(read_merges(bpe, ids, model));
    return model;
}

std::string write_tokenizer_json(const BpeModel& model) {
    std::vector<std::string> shown;
    for (const std::string& bytes : model.tokens) shown.push_back(to_characters(bytes));
    for (const std::uint32_t id : model.specials) shown[id] = model.tokens[id];
    std::string vocabulary, merges;
    for (std::uint32_t id = 0; id < shown.size(); ++id) {
        vocabulary += fmt::format("{}{}:{}", id ? "," : "", json_string(shown[id]), id);
    }
    for (const PairMerge& merge : model.merges) {
        merges += merges.empty() ? "" : ",";
        merges += json_string(shown[merge.left] + ' ' + shown[merge.right]);
    }
    return fmt::format(
        R"({{"version":"1.0","truncation":null,"padding":null,)"
        R"("added_tokens":[{}],)"
        R"("normalizer":null,"pre_tokenizer":{},"post_processor":{},)"
        R"("decoder":{{"type":"ByteLevel",)"
        R"("add_prefix_space":true,"trim_offsets":true,"use_regex":true}},"model":{{"type":"BPE",)"
        R"("dropout":null,"unk_token":null,)"
        R"("continuing_subword_prefix":null,"end_of_word_suffix":null,)"
        R"("fuse_unk":false,"byte_fallback":false,{}"vocab":{{{}}},"merges":[{}]}}}})"
        "\n",
        added_tokens_json(model), pre_tokenizer_json(model), post_processor_json(model),
        model.whole_pieces ? R"("ignore_merges":true,)" : "", vocabulary, merges);
}

}  // namespace litura::formats
