// The one file that includes sodium.h.
#include "keys/sealing.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>

#include "base/digest.hpp"

namespace litura::keys {
namespace {

constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kMac = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonce == 24 && kMac == 16 &&
              SecretKey::kSize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

constexpr std::uint64_t kPiece = 1 << 20;

void start_sodium() {
    static const int started = sodium_init();
    CHECK(started >= 0);
}

Error refused() {
    return {Code::broken,
            "a sealed value does not open: it was changed, moved or sealed under another key", "",
            "restore the project from a backup"};
}

/// Writes kNonce + plain.size() + kMac bytes.
void seal_into(const SecretKey& key, ByteView plain, ByteView associated, std::uint8_t* out) {
    start_sodium();
    randombytes_buf(out, kNonce);
    unsigned long long written = 0;
    CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
              out + kNonce, &written, plain.data(), plain.size(), associated.data(),
              associated.size(), nullptr, out, key.reveal().data()) == 0);
    CHECK(written == plain.size() + kMac);
}

/// `plain` has the size of `sealed` less nonce and mac.
Result<void> unseal_into(const SecretKey& key, ByteView sealed, ByteView associated,
                         std::span<std::uint8_t> plain) {
    start_sodium();
    const ByteView body = sealed.subspan(kNonce);
    unsigned long long written = 0;
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.data(), &written, nullptr, body.data(), body.size(), associated.data(),
        associated.size(), sealed.data(), key.reveal().data());
    if (opened != 0) return refused();
    CHECK(written == plain.size());
    return done();
}

std::uint64_t pieces_of(std::uint64_t size) { return size == 0 ? 1 : (size + kPiece - 1) / kPiece; }

template <typename Byte>
std::span<Byte> piece_of(std::span<Byte> whole, std::uint64_t number) {
    const std::uint64_t from = number * kPiece;
    return whole.subspan(from, std::min<std::uint64_t>(kPiece, whole.size() - from));
}

Bytes piece_place(ByteView associated, std::uint64_t number, std::uint64_t count) {
    ByteWriter fields;
    fields.blob(associated);
    fields.u64(number);
    fields.u8(number + 1 == count ? 1 : 0);
    return fields.take();
}

}  // namespace

Bytes seal(const SecretKey& key, ByteView plain, ByteView associated) {
    Bytes sealed(kNonce + plain.size() + kMac);
    seal_into(key, plain, associated, sealed.data());
    return sealed;
}

std::size_t padded(std::size_t size) {
    constexpr std::size_t kLeast = 256;
    if (size <= kLeast) return kLeast;
    const std::size_t exponent = std::bit_width(size) - 1, kept = std::bit_width(exponent);
    const std::size_t step = std::size_t{1} << (exponent - kept);
    return (size + step - 1) / step * step;
}

Result<Bytes> unseal(const SecretKey& key, ByteView sealed, ByteView associated) {
    Bytes plain;
    TRY(unseal(key, sealed, associated, plain));
    return plain;
}

Result<void> unseal(const SecretKey& key, ByteView sealed, ByteView associated, Bytes& plain) {
    if (sealed.size() < kNonce + kMac) return refused();
    plain.resize(sealed.size() - kNonce - kMac);
    return unseal_into(key, sealed, associated, plain);
}

std::uint64_t sealed_pieces_size(std::uint64_t plain_size) {
    return plain_size + pieces_of(plain_size) * (kNonce + kMac);
}

void seal_pieces(const SecretKey& key, ByteView plain, ByteView associated, Bytes& out) {
    std::size_t at = out.size();
    out.resize(at + sealed_pieces_size(plain.size()));
    const std::uint64_t count = pieces_of(plain.size());
    for (std::uint64_t number = 0; number < count; ++number) {
        const ByteView piece = piece_of(plain, number);
        seal_into(key, piece, piece_place(associated, number, count), out.data() + at);
        at += kNonce + piece.size() + kMac;
    }
}

Result<void> unseal_pieces(const SecretKey& key, ByteView sealed, ByteView associated,
                           std::span<std::uint8_t> plain) {
    if (sealed.size() != sealed_pieces_size(plain.size())) return refused();
    const std::uint64_t count = pieces_of(plain.size());
    for (std::uint64_t number = 0; number < count; ++number) {
        const auto piece = piece_of(plain, number);
        const ByteView box = sealed.first(kNonce + piece.size() + kMac);
        TRY(unseal_into(key, box, piece_place(associated, number, count), piece));
        sealed = sealed.subspan(box.size());
    }
    return done();
}

Result<Bytes> unseal_pieces(const SecretKey& key, ByteView sealed, ByteView associated) {
    constexpr std::size_t kBox = kPiece + kNonce + kMac;
    const std::size_t over = (sealed.size() + kBox - 1) / kBox * (kNonce + kMac);
    if (sealed.size() < std::max<std::size_t>(over, kNonce + kMac)) return refused();
    Bytes plain(sealed.size() - over);
    TRY(unseal_pieces(key, sealed, associated, plain));
    return plain;
}

Bytes seal_to(ByteView holder, ByteView plain) {
    start_sodium();
    CHECK(holder.size() == crypto_box_PUBLICKEYBYTES);
    Bytes sealed(plain.size() + crypto_box_SEALBYTES);
    CHECK(crypto_box_seal(sealed.data(), plain.data(), plain.size(), holder.data()) == 0);
    return sealed;
}

Result<SecretKey> unseal_key(const SecretKey& key, ByteView sealed, ByteView associated) {
    Bytes plain = TRY(unseal(key, sealed, associated));
    if (plain.size() != SecretKey::kSize)
        return Error{Code::broken, "a sealed key has a wrong length", "", ""};
    SecretKey opened;
    std::ranges::copy(plain, opened.data());
    wipe(plain.data(), plain.size());
    return opened;
}

std::uint64_t short_hash(const SecretKey& key, ByteView bytes) {
    static_assert(crypto_shorthash_BYTES == sizeof(std::uint64_t) &&
                  crypto_shorthash_KEYBYTES <= SecretKey::kSize);
    std::array<std::uint8_t, crypto_shorthash_BYTES> out{};
    crypto_shorthash(out.data(), bytes.data(), bytes.size(), key.reveal().data());
    return ByteReader(out).u64();
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
