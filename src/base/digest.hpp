// SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104) by OpenSSL. The one file that hashes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace litura {

/// 32 bytes of SHA-256. Ordered byte by byte, so that sorting by digest is the same everywhere.
struct Digest {
    std::array<std::uint8_t, 32> bytes{};

    auto operator<=>(const Digest&) const = default;
    ByteView view() const { return bytes; }
    std::string hex() const { return litura::hex(bytes); }
    bool is_zero() const { return *this == Digest{}; }
};

/// "sha256:" and 64 hex digits: how a digest is written wherever people or other programs read it.
std::string to_text(const Digest& digest);
/// to_text's form, or the bare digits.
Result<Digest> parse_digest(std::string_view text);
Result<Digest> digest_from_bytes(ByteView bytes);
/// The next 32 bytes; zeros after a short read, as of the other fields.
Digest read_digest(ByteReader& in);

/// Incremental SHA-256. Not thread-safe.
class Hasher {
public:
    Hasher();
    Hasher(Hasher&&) noexcept;
    ~Hasher();
    Hasher& update(ByteView bytes);
    Hasher& update(std::string_view text) { return update(bytes_of(text)); }
    Digest finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

Digest sha256(ByteView bytes);
inline Digest sha256(std::string_view text) { return sha256(bytes_of(text)); }

/// HMAC-SHA-256 of `bytes` under `key`. Thread-safe.
Digest hmac(ByteView key, ByteView bytes);

}  // namespace litura
