// Computes a holder's key by BLAKE2b and seals with XChaCha20-Poly1305, by libsodium.
#include "proof/holder_key.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace litura::proof {
namespace {

constexpr std::string_view kUse = "litura.patch.key";
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == HolderKey::kSalt + 8 &&
              crypto_aead_xchacha20poly1305_ietf_ABYTES == HolderKey::kMac &&
              crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SecretKey::kSize &&
              kUse.size() >= crypto_generichash_KEYBYTES_MIN);

using Nonce = std::array<std::uint8_t, HolderKey::kSalt + 8>;

Nonce nonce_of(ByteView salt, std::uint64_t number) {
    CHECK(salt.size() == HolderKey::kSalt);
    Nonce nonce{};
    std::ranges::copy(salt, nonce.begin());
    for (std::size_t byte = 0; byte < 8; ++byte)
        nonce[HolderKey::kSalt + byte] = static_cast<std::uint8_t>(number >> (8 * byte));
    return nonce;
}

}  // namespace

HolderKey::HolderKey(std::span<const ByteView> held) {
    static const int started = sodium_init();
    CHECK(started >= 0);
    crypto_generichash_state state;
    const ByteView use = bytes_of(kUse);
    CHECK(crypto_generichash_init(&state, use.data(), use.size(), SecretKey::kSize) == 0);
    for (const ByteView bytes : held)
        CHECK(crypto_generichash_update(&state, bytes.data(), bytes.size()) == 0);
    CHECK(crypto_generichash_final(&state, key_.data(), SecretKey::kSize) == 0);
}

Bytes HolderKey::seal(ByteView salt, std::uint64_t number, ByteView plain) const {
    Bytes sealed(plain.size() + kMac);
    unsigned long long written = 0;
    CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
              sealed.data(), &written, plain.data(), plain.size(), nullptr, 0, nullptr,
              nonce_of(salt, number).data(), key_.reveal().data()) == 0);
    return sealed;
}

Result<Bytes> HolderKey::open(ByteView salt, std::uint64_t number, ByteView sealed) const {
    const Error refused{Code::check_failed, "it does not open with these bytes", "",
                        "give the weights that it was made for"};
    if (sealed.size() < kMac) return refused;
    Bytes plain(sealed.size() - kMac);
    unsigned long long written = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain.data(), &written, nullptr, sealed.data(), sealed.size(), nullptr, 0,
            nonce_of(salt, number).data(), key_.reveal().data()) != 0)
        return refused;
    return plain;
}

}  // namespace litura::proof
