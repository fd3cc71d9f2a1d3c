// The border around nlohmann-json: its exceptions and its recursion stop here.
#include "base/json.hpp"

#include <vector>

#include "base/text.hpp"

namespace litura {
namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kKeysMax = 10'000;

/// What a document has too much of, or nothing. Looks at brackets and colons outside strings only,
/// before the parser sees it: that one recurses, and its time grows with the square of an object's
/// keys.
const char* excess(std::string_view text) {
    std::vector<std::size_t> keys;  // of the objects and arrays that are open
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string) {
            if (c == '\\') ++at;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            keys.push_back(0);
            if (keys.size() > kDepthMax) return "JSON nested deeper than 64 levels";
        } else if (!keys.empty() && (c == '}' || c == ']')) {
            keys.pop_back();
        } else if (!keys.empty() && c == ':' && ++keys.back() > kKeysMax) {
            return "a JSON object with more than 10,000 keys";
        }
    }
    return nullptr;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view where) {
    const std::string place(where);
    if (!is_utf8(text))
        return Error{Code::bad_input, "not UTF-8", place, "convert the file to UTF-8"};
    if (const char* too_much = excess(text)) return Error{Code::bad_input, too_much, place, ""};
    Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded())
        return Error{Code::bad_input, "not valid JSON", place, "check the file's syntax"};
    return json;
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace litura
