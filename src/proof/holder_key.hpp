// A key that only a holder of certain bytes can compute: BLAKE2b-256 over them, keyed with a fixed
// text, so that it is no digest that anybody publishes. What is sealed under it gives nothing to
// those who do not hold the bytes already (docs/releases.md: patches).
#pragma once

#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace litura::proof {

class HolderKey {
public:
    /// Of the bytes, one after the other.
    explicit HolderKey(std::span<const ByteView> held);

    /// XChaCha20-Poly1305. `salt` has 16 random bytes and `number` counts: the two together are
    /// never used twice with one key.
    Bytes seal(ByteView salt, std::uint64_t number, ByteView plain) const;
    /// Code::check_failed if it was changed or sealed for holders of other bytes.
    Result<Bytes> open(ByteView salt, std::uint64_t number, ByteView sealed) const;

    static constexpr std::size_t kSalt = 16, kMac = 16;

private:
    SecretKey key_;
};

}  // namespace litura::proof
