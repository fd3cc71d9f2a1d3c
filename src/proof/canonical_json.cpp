#include "proof/canonical_json.hpp"

#include <map>
#include <string_view>

#include "base/digest.hpp"

namespace litura::proof {
namespace {

void write_text(const std::string& text, std::string& out) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

bool write(const Json& json, std::string& out) {
    if (json.is_object()) {
        std::map<std::string_view, const Json*> sorted;
        for (const auto& [key, value] : json.items()) sorted[key] = &value;
        char before = '{';
        if (sorted.empty()) out += before;
        for (const auto& [key, value] : sorted) {
            out += before;
            before = ',';
            write_text(std::string(key), out);
            out += ':';
            if (!write(*value, out)) return false;
        }
        out += '}';
        return true;
    }
    if (json.is_array()) {
        out += '[';
        for (std::size_t index = 0; index < json.size(); ++index) {
            if (index > 0) out += ',';
            if (!write(json[index], out)) return false;
        }
        out += ']';
        return true;
    }
    if (json.is_string()) {
        write_text(json.get_ref<const std::string&>(), out);
        return true;
    }
    if (json.is_number_float()) return false;
    out += json.dump();
    return true;
}

}  // namespace

Result<std::string> canonical_json(const Json& json) {
    std::string out;
    if (write(json, out)) return out;
    return Error{Code::bad_input, "canonical JSON has whole numbers only", "", ""};
}

Json key_json(const PublicKey& key) {
    return {
        {"keytype", "ed25519"}, {"keyval", {{"public", hex(key.view())}}}, {"scheme", "ed25519"}};
}

std::string key_id(const PublicKey& key) {
    const auto text = canonical_json(key_json(key));
    CHECK(text.ok());
    return sha256(text.value()).hex();
}

}  // namespace litura::proof
