// SHA-256 through OpenSSL's EVP. The algorithm is fetched once: fetching is slow in OpenSSL 3.
#include "base/digest.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace litura {
namespace {

const EVP_MD* algorithm() {
    static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    CHECK(fetched != nullptr);
    return fetched;
}

}  // namespace

struct Hasher::Impl {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    Impl() { CHECK(context != nullptr && EVP_DigestInit_ex(context, algorithm(), nullptr) == 1); }
    ~Impl() { EVP_MD_CTX_free(context); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
};

Hasher::Hasher() : impl_(std::make_unique<Impl>()) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

Hasher& Hasher::update(ByteView bytes) {
    CHECK(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1);
    return *this;
}

Digest Hasher::finish() {
    Digest digest;
    CHECK(EVP_DigestFinal_ex(impl_->context, digest.bytes.data(), nullptr) == 1);
    return digest;
}

Digest sha256(ByteView bytes) {
    Digest digest;
    CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), nullptr, algorithm(),
                     nullptr) == 1);
    return digest;
}

Digest hmac(ByteView key, ByteView bytes) {
    constexpr std::size_t kBlock = 64;
    std::array<std::uint8_t, kBlock> padded{};
    if (key.size() > kBlock) {
        const Digest shortened = sha256(key);
        std::copy(shortened.bytes.begin(), shortened.bytes.end(), padded.begin());
    } else {
        std::copy(key.begin(), key.end(), padded.begin());
    }
    std::array<std::uint8_t, kBlock> inner{};
    std::array<std::uint8_t, kBlock> outer{};
    for (std::size_t at = 0; at < kBlock; ++at) {
        inner[at] = padded[at] ^ 0x36;
        outer[at] = padded[at] ^ 0x5c;
    }
    const Digest first = Hasher().update(inner).update(bytes).finish();
    return Hasher().update(outer).update(first.view()).finish();
}

Digest read_digest(ByteReader& in) {
    Digest digest;
    const ByteView bytes = in.raw(digest.bytes.size());
    std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
    return digest;
}

Result<Digest> digest_from_bytes(ByteView bytes) {
    Digest digest;
    if (bytes.size() != digest.bytes.size()) {
        return Error{Code::bad_input, "a digest has 32 bytes", "", ""};
    }
    std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
    return digest;
}

std::string to_text(const Digest& digest) { return "sha256:" + digest.hex(); }

Result<Digest> parse_digest(std::string_view text) {
    constexpr std::string_view kPrefix = "sha256:";
    if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
    if (text.size() != 64) {
        return Error{Code::bad_input, "not a digest", "", "give sha256: and 64 hexadecimal digits"};
    }
    return digest_from_bytes(TRY(from_hex(text)));
}

}  // namespace litura
