// Packs the difference of two tensors into few bytes and back, by libzstd.
#include "formats/weight_delta.hpp"

#include <zstd.h>

#include <algorithm>

namespace litura::formats {
namespace {

constexpr int kLevel = 9;

std::uint32_t read_word(ByteView data, std::size_t at, std::size_t width) {
    std::uint32_t word = 0;
    for (std::size_t byte = 0; byte < width; ++byte)
        word |= std::uint32_t{data[at + byte]} << (8 * byte);
    return word;
}

/// Sign and magnitude to an order: all larger floats have larger words, modulo 2^bits.
std::uint32_t ordered(std::uint32_t word, std::uint32_t sign) {
    return (word & sign) != 0 ? (sign << 1) - 1 - word : word | sign;
}
std::uint32_t floating(std::uint32_t order, std::uint32_t sign) {
    return (order & sign) != 0 ? order ^ sign : (sign << 1) - 1 - order;
}

/// 0, -1, 1, -2 .. as 0, 1, 2, 3 .., within `mask`.
std::uint32_t folded(std::uint32_t difference, std::uint32_t sign, std::uint32_t mask) {
    const std::uint32_t all = (difference & sign) != 0 ? mask : 0;
    return ((difference << 1) ^ all) & mask;
}
std::uint32_t unfolded(std::uint32_t value, std::uint32_t mask) {
    return ((value >> 1) ^ ((value & 1) != 0 ? mask : 0)) & mask;
}

std::uint32_t sign_of(std::size_t width) { return std::uint32_t{1} << (8 * width - 1); }
std::uint32_t mask_of(std::size_t width) { return (sign_of(width) - 1) | sign_of(width); }

}  // namespace

Bytes encode_delta(ByteView before, ByteView after, std::size_t width) {
    CHECK(before.size() == after.size() && before.size() % width == 0);
    const std::uint32_t sign = sign_of(width), mask = mask_of(width);
    const std::size_t count = before.size() / width;
    Bytes planes(before.size());
    for (std::size_t index = 0; index < count; ++index) {
        const std::uint32_t from = ordered(read_word(before, index * width, width), sign);
        const std::uint32_t to = ordered(read_word(after, index * width, width), sign);
        const std::uint32_t value = folded((to - from) & mask, sign, mask);
        for (std::size_t byte = 0; byte < width; ++byte)
            planes[byte * count + index] = static_cast<std::uint8_t>(value >> (8 * byte));
    }
    return compress(planes);
}

Result<Bytes> decode_delta(ByteView before, ByteView delta, std::size_t width) {
    const Bytes planes = TRY(decompress(delta, before.size()));
    const std::uint32_t sign = sign_of(width), mask = mask_of(width);
    const std::size_t count = before.size() / width;
    Bytes after(before.size());
    for (std::size_t index = 0; index < count; ++index) {
        std::uint32_t value = 0;
        for (std::size_t byte = 0; byte < width; ++byte)
            value |= std::uint32_t{planes[byte * count + index]} << (8 * byte);
        const std::uint32_t from = ordered(read_word(before, index * width, width), sign);
        const std::uint32_t word = floating((from + unfolded(value, mask)) & mask, sign) & mask;
        for (std::size_t byte = 0; byte < width; ++byte)
            after[index * width + byte] = static_cast<std::uint8_t>(word >> (8 * byte));
    }
    return after;
}

Bytes compress(ByteView plain) {
    Bytes packed(ZSTD_compressBound(plain.size()));
    const std::size_t size =
        ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), kLevel);
    CHECK(ZSTD_isError(size) == 0);
    packed.resize(size);
    return packed;
}

Result<Bytes> decompress(ByteView packed, std::size_t size) {
    const Error bad{Code::bad_input, "compressed data is damaged", "", "get the file again"};
    if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != size) return bad;
    Bytes plain(size);
    const std::size_t written =
        ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
    if (ZSTD_isError(written) != 0 || written != size) return bad;
    return plain;
}

}  // namespace litura::formats
