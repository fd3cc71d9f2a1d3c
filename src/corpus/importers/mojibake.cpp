// Repairs text that was UTF-8 and got read as Latin-1, inside the escapes of a JSON file.
#include "corpus/importers/mojibake.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace litura::corpus {
namespace {

/// The Latin-1 bytes of a text, if it has no other code points.
std::optional<std::string> latin1(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            bytes += text[at];
            continue;
        }
        if ((byte != 0xC2 && byte != 0xC3) || ++at == text.size()) return {};
        bytes += static_cast<char>(((byte & 3) << 6) | (static_cast<unsigned char>(text[at]) & 63));
    }
    return bytes;
}

int hex_digit(std::uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

void MojibakeScan::take(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
        if (byte >= 0x80) clean_ = true;
        switch (state_) {
            case State::plain:
                if (byte == '\\') state_ = State::escape;
                break;
            case State::escape:
                state_ = byte == 'u' ? State::digits : State::plain;
                digits_ = 0;
                point_ = 0;
                break;
            case State::digits: {
                const int digit = hex_digit(byte);
                point_ = point_ * 16 + static_cast<unsigned>(std::max(digit, 0));
                if (digit >= 0 && ++digits_ < 4) break;
                if (point_ > 0xFF) clean_ = true;
                state_ = State::plain;
                break;
            }
        }
    }
}

std::string repaired(std::string_view text) {
    const bool ascii =
        std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii) return std::string(text);
    const auto bytes = latin1(text);
    return bytes && is_utf8(*bytes) ? *bytes : std::string(text);
}

Json repaired_json(const Json& json) {
    if (json.is_string()) return repaired(std::string_view(json.get_ref<const std::string&>()));
    if (json.is_array()) {
        Json array = Json::array();
        for (const Json& value : json) array.push_back(repaired_json(value));
        return array;
    }
    if (!json.is_object()) return json;
    Json object = Json::object();
    for (const auto& [key, value] : json.items()) {
        append_member(object, repaired(std::string_view(key)), repaired_json(value));
    }
    return object;
}

}  // namespace litura::corpus
