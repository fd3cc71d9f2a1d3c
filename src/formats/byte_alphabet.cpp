#include "formats/byte_alphabet.hpp"

#include <unordered_map>

namespace litura::formats {
namespace {

bool stands_for_itself(unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

}  // namespace

const std::array<std::string, 256>& byte_characters() {
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
    for (const char byte : bytes) text += byte_characters()[static_cast<unsigned char>(byte)];
    return text;
}

std::optional<std::string> from_characters(std::string_view text) {
    static const std::unordered_map<std::string_view, char> table = [] {
        std::unordered_map<std::string_view, char> made;
        for (unsigned byte = 0; byte < 256; ++byte) {
            made[byte_characters()[byte]] = static_cast<char>(byte);
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
