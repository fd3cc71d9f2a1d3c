// Hex and base32, and the reader and writer of fixed little-endian layouts.
#include "base/bytes.hpp"

#include <bit>
#include <cstring>

namespace litura {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string hex(ByteView bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        out.push_back(kDigits[byte >> 4]);
        out.push_back(kDigits[byte & 15]);
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text) {
    const Error error{Code::bad_input, "not hexadecimal", "",
                      "give an even number of digits 0-9 a-f"};
    if (text.size() % 2 != 0) return error;
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const int high = hex_value(text[at]);
        const int low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return error;
        out.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return out;
}

std::string base32(ByteView bytes) {
    static constexpr char kDigits[] = "abcdefghijklmnopqrstuvwxyz234567";
    std::string out;
    std::uint32_t held = 0;
    int bits = 0;
    for (const std::uint8_t byte : bytes) {
        held = (held << 8) | byte;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out.push_back(kDigits[(held >> bits) & 31]);
        }
    }
    if (bits > 0) out.push_back(kDigits[(held << (5 - bits)) & 31]);
    return out;
}

void ByteWriter::integer(std::uint64_t value, int width) {
    for (int at = 0; at < width; ++at) out_.push_back(static_cast<std::uint8_t>(value >> (8 * at)));
}

void ByteWriter::f32(float value) { u32(std::bit_cast<std::uint32_t>(value)); }

void ByteWriter::blob(ByteView bytes) {
    u64(bytes.size());
    raw(bytes);
}

std::uint64_t ByteReader::integer(int width) {
    const ByteView field = raw(static_cast<std::uint64_t>(width));
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < field.size(); ++at) value |= std::uint64_t{field[at]} << (8 * at);
    return value;
}

float ByteReader::f32() { return std::bit_cast<float>(u32()); }

ByteView ByteReader::raw(std::uint64_t count) {
    if (!ok_ || count > rest_.size()) {
        ok_ = false;
        return {};
    }
    const ByteView field = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(static_cast<std::size_t>(count));
    return field;
}

}  // namespace litura
