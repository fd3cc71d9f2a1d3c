// The border around nlohmann-json: its exceptions and its recursion stop here.
#include "base/json.hpp"

#include "base/text.hpp"

namespace litura {
namespace {

constexpr int kDepthMax = 64;

/// Depth of brackets outside strings; enough to refuse a document before the recursive parser sees
/// it.
int depth_of(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string) {
            if (c == '\\') ++at;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

}  // namespace

Result<Json> parse_json(std::string_view text, std::string_view where) {
    const std::string place(where);
    if (!is_utf8(text))
        return Error{Code::bad_input, "not UTF-8", place, "convert the file to UTF-8"};
    if (depth_of(text) > kDepthMax) {
        return Error{Code::bad_input, "JSON nested deeper than 64 levels", place, ""};
    }
    Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
    if (json.is_discarded())
        return Error{Code::bad_input, "not valid JSON", place, "check the file's syntax"};
    return json;
}

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace litura
