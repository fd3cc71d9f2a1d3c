// The one file that includes sodium.h.
#include "keys/sealing.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/digest.hpp"

namespace litura::keys {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kMac = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonce == 24 && kMac == 16 &&
              SecretKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void start_sodium() {
    static const int started = sodium_init();
    CHECK(started >= 0);
}

}  // namespace

Bytes seal(const SecretKey& key, ByteView plain, ByteView associated) {
    start_sodium();
    Bytes sealed(kNonce + plain.size() + kMac);
    randombytes_buf(sealed.data(), kNonce);
    unsigned long long written = 0;
    CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
              sealed.data() + kNonce, &written, plain.data(), plain.size(), associated.data(),
              associated.size(), nullptr, sealed.data(), key.reveal().data()) == 0);
    CHECK(written == plain.size() + kMac);
    return sealed;
}

Result<Bytes> unseal(const SecretKey& key, ByteView sealed, ByteView associated) {
    start_sodium();
    const Error refused{
        Code::broken,
        "a sealed value does not open: it was changed, moved or sealed under another key", "",
        "restore the project from a backup"};
    if (sealed.size() < kNonce + kMac) return refused;
    const ByteView body = sealed.subspan(kNonce);
    Bytes plain(body.size() - kMac);
    unsigned long long written = 0;
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(), &written, nullptr, body.data(), body.size(), associated.data(),
        associated.size(), sealed.data(), key.reveal().data());
    if (opened != 0) return refused;
    CHECK(written == plain.size());
    return plain;
}

SecretKey random_key() {
    start_sodium();
    SecretKey key;
    randombytes_buf(key.data(), SecretKey::kSize);
    return key;
}

SecretKey subkey(const SecretKey& key, std::string_view purpose) {
    Digest derived = hmac(key.reveal(), bytes_of(purpose));
    SecretKey out(derived.bytes);
    wipe(derived.bytes.data(), derived.bytes.size());
    return out;
}

}  // namespace litura::keys
