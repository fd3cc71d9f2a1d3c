// Sealing: XChaCha20-Poly1305 (libsodium) with a random nonce and associated data. Whoever holds
// the key reads the bytes; a changed byte or other associated data is refused.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace litura::keys {

/// nonce (24) | ciphertext | mac (16). Associated data binds the place: a blob moved
/// elsewhere does not open.
Bytes seal(const SecretKey& key, ByteView plain, ByteView associated);

/// How long to make a plain value with something that says nothing, so that the size of what is
/// sealed tells of it no more than its highest bits (Padme: Nikitin et al., "Reducing Metadata
/// Leakage from Encrypted Files", 2019), and of a short one nothing.
std::size_t padded(std::size_t size);

/// Code::broken if the blob was changed, moved, or sealed under another key.
Result<Bytes> unseal(const SecretKey& key, ByteView sealed, ByteView associated);
/// Likewise into `plain`, whose memory is used again from one value to the next.
Result<void> unseal(const SecretKey& key, ByteView sealed, ByteView associated, Bytes& plain);

/// A long value in pieces of 1 MiB, each bound to its number and to being the last or not, appended
/// to `out`. seal() adds 40 bytes to a piece; an empty value is one piece.
void seal_pieces(const SecretKey& key, ByteView plain, ByteView associated, Bytes& out);
std::uint64_t sealed_pieces_size(std::uint64_t plain_size);
/// `plain` has the size of what was sealed. Code::broken as unseal().
Result<void> unseal_pieces(const SecretKey& key, ByteView sealed, ByteView associated,
                           std::span<std::uint8_t> plain);

/// Likewise of a value whose size only the sealed bytes tell.
Result<Bytes> unseal_pieces(const SecretKey& key, ByteView sealed, ByteView associated);

/// For whoever has the secret half of `holder` (X25519) and for nobody here: libsodium's
/// crypto_box_seal.
Bytes seal_to(ByteView holder, ByteView plain);

/// A key that was sealed.
Result<SecretKey> unseal_key(const SecretKey& key, ByteView sealed, ByteView associated);

/// A keyed hash of 64 bits (SipHash-2-4, under half of the key), for quick look-ups.
std::uint64_t short_hash(const SecretKey& key, ByteView bytes);

SecretKey random_key();

/// A key for one purpose, from a key that has several (HMAC-SHA-256 over the purpose's name).
SecretKey subkey(const SecretKey& key, std::string_view purpose);

}  // namespace litura::keys
