// Base 64: three bytes to four digits and back, strictly.
#include "proof/base64.hpp"

#include <array>

namespace litura::proof {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> make_values() {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t digit = 0; digit < kDigits.size(); ++digit)
        values[static_cast<unsigned char>(kDigits[digit])] = static_cast<std::int8_t>(digit);
    return values;
}
constexpr std::array<std::int8_t, 256> kValues = make_values();

}  // namespace

std::string base64(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t byte = 0; byte < 3; ++byte)
            group = group << 8 | (byte < count ? bytes[at + byte] : 0u);
        for (std::size_t digit = 0; digit < 4; ++digit)
            text += digit <= count ? kDigits[group >> (18 - 6 * digit) & 63u] : '=';
    }
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    const Error refused{Code::bad_input, "not base64", "", ""};
    if (text.size() % 4 != 0) return refused;
    std::string_view digits = text;
    while (digits.size() + 2 > text.size() && digits.ends_with('=')) digits.remove_suffix(1);
    Bytes bytes;
    bytes.reserve(digits.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char digit : digits) {
        const int value = kValues[static_cast<unsigned char>(digit)];
        if (value < 0) return refused;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> held));
        bits &= (1u << held) - 1;
    }
    if (bits != 0 || held >= 6) return refused;
    return bytes;
}

}  // namespace litura::proof
