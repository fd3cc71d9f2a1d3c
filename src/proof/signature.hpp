// Ed25519 signatures (RFC 8032, PureEdDSA) by libsodium, and the files that hold their keys. What
// is signed, and who may sign it, is the business of note.hpp and of the parts above.
#pragma once

#include <array>
#include <compare>

#include "base/env.hpp"
#include "base/secret.hpp"

namespace litura::proof {

struct PublicKey {
    std::array<std::uint8_t, 32> bytes{};
    auto operator<=>(const PublicKey&) const = default;
    ByteView view() const { return bytes; }
};
/// Code::bad_input unless 32 bytes.
Result<PublicKey> public_key_from(ByteView bytes);

using Signature = std::array<std::uint8_t, 64>;

/// A key that signs: the 32-byte seed of RFC 8032. Move-only, wiped at the end. Thread-safe.
class SigningKey {
public:
    explicit SigningKey(SecretKey seed);
    static SigningKey generate();

    PublicKey public_key() const { return public_; }
    /// Deterministic: the same bytes give the same signature.
    Signature sign(ByteView message) const;
    const SecretKey& seed() const { return seed_; }

private:
    SecretKey seed_;
    PublicKey public_;
};

/// Small-order and non-canonical keys are refused, as libsodium does.
bool verify_signature(const PublicKey& key, ByteView message, ByteView signature);

/// A key file: the 32 bytes of the seed and nothing else, mode 0600. Code::forbidden if others may
/// read it, Code::bad_input if it holds something else.
Result<SigningKey> load_signing_key(Env& env, const Path& path);
/// Code::forbidden if there is a file already.
Result<void> save_signing_key(Env& env, const Path& path, const SigningKey& key);
/// The key in the file, made at first use. Two processes that make it at once end up with one key.
Result<SigningKey> load_or_make_signing_key(Env& env, const Path& path);

}  // namespace litura::proof
