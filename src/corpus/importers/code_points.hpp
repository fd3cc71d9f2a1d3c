// UTF-8 and back, one code point at a time, for parsers that get code points from elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace litura::corpus {

/// Appends it; what is no Unicode scalar value becomes U+FFFD.
inline void append_code_point(std::string& out, std::uint32_t point) {
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) point = 0xFFFD;
    const auto tail = [&](int shift) {
        out += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
    };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | (point >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace litura::corpus
