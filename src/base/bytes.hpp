// Bytes in memory: views, hex, base32, and little-endian fields for formats that are hashed or
// stored.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace litura {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
template <typename T>
ByteView bytes_of_values(std::span<const T> values) {
    return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

std::string hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 base32, lower case, no padding.
std::string base32(ByteView bytes);

/// Appends fields in a fixed layout: integers little-endian, strings and blobs with a u64 length
/// before them.
class ByteWriter {
public:
    void u8(std::uint8_t value) { out_.push_back(value); }
    void u32(std::uint32_t value) { integer(value, 4); }
    void u64(std::uint64_t value) { integer(value, 8); }
    void i64(std::int64_t value) { integer(static_cast<std::uint64_t>(value), 8); }
    void f32(float value);
    void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
    void blob(ByteView bytes);
    void text(std::string_view value) { blob(bytes_of(value)); }
    const Bytes& bytes() const { return out_; }
    Bytes take() { return std::move(out_); }

private:
    void integer(std::uint64_t value, int width);
    Bytes out_;
};

/// Reads what ByteWriter wrote. After the first short read every later one yields zero and ok() is
/// false, so a parser reads a whole header and checks once.
class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : rest_(bytes) {}
    std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
    std::uint64_t u64() { return integer(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(integer(8)); }
    float f32();
    ByteView raw(std::uint64_t count);
    ByteView blob() { return raw(u64()); }
    std::string text() { return std::string(text_of(blob())); }
    bool ok() const { return ok_; }
    bool at_end() const { return ok_ && rest_.empty(); }

private:
    std::uint64_t integer(int width);
    ByteView rest_;
    bool ok_ = true;
};

}  // namespace litura
