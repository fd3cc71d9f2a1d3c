// RFC 9381 sections 5.1 to 5.4. libsodium multiplies only points of the prime-order subgroup, so
// the cofactor is three doublings by addition.
#include "proof/vrf.hpp"

#include <sodium.h>

#include <algorithm>
#include <initializer_list>

namespace litura::proof {
namespace {

using Point = std::array<std::uint8_t, 32>;
using Scalar = std::array<std::uint8_t, 32>;
using Wide = std::array<std::uint8_t, 64>;

// Every hash of the suite begins with it and its purpose, and ends in a zero.
constexpr std::uint8_t kEncode[] = {0x03, 0x01};
constexpr std::uint8_t kChallenge[] = {0x03, 0x02};
constexpr std::uint8_t kOutput[] = {0x03, 0x03};
constexpr std::uint8_t kEnd[] = {0x00};
constexpr std::size_t kChallengeSize = 16;
constexpr Point kIdentity = {1};

void start_vrf() {
    static const int started = sodium_init();
    CHECK(started >= 0);
}

Wide sha512(std::initializer_list<ByteView> parts) {
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    for (const ByteView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
    Wide hash{};
    crypto_hash_sha512_final(&state, hash.data());
    return hash;
}

/// Eight times the point, or nothing for what is no canonical encoding of a point of the curve.
std::optional<Point> times_cofactor(const Point& encoded) {
    Point point{};
    if (crypto_core_ed25519_add(point.data(), encoded.data(), kIdentity.data()) != 0 ||
        point != encoded)
        return {};
    for (int doubling = 0; doubling < 3; ++doubling) {
        Point twice{};
        if (crypto_core_ed25519_add(twice.data(), point.data(), point.data()) != 0) return {};
        point = twice;
    }
    return point;
}

/// ECVRF_encode_to_curve_try_and_increment.
Point encode_to_curve(const PublicKey& key, ByteView alpha) {
    for (unsigned counter = 0; counter < 256; ++counter) {
        const std::uint8_t byte[] = {static_cast<std::uint8_t>(counter)};
        const Wide hash = sha512({kEncode, key.view(), alpha, byte, kEnd});
        Point candidate{};
        std::copy_n(hash.begin(), candidate.size(), candidate.begin());
        const auto point = times_cofactor(candidate);
        if (point && *point != kIdentity) return *point;
    }
    CHECK(false);  // one input in 2^256
}

Scalar reduced(const Wide& wide) {
    Scalar scalar{};
    crypto_core_ed25519_scalar_reduce(scalar.data(), wide.data());
    return scalar;
}

/// Nothing for the identity or a point outside of the subgroup.
std::optional<Point> times(ByteView scalar, const Point& point) {
    Point product{};
    if (crypto_scalarmult_ed25519_noclamp(product.data(), scalar.data(), point.data()) != 0)
        return {};
    return product;
}

std::optional<Point> times_base(ByteView scalar) {
    Point product{};
    if (crypto_scalarmult_ed25519_base_noclamp(product.data(), scalar.data()) != 0) return {};
    return product;
}

Scalar challenge(const PublicKey& key, const Point& h, const Point& gamma, const Point& u,
                 const Point& v) {
    const Wide hash = sha512({kChallenge, key.view(), h, gamma, u, v, kEnd});
    Scalar c{};
    std::copy_n(hash.begin(), kChallengeSize, c.begin());
    return c;
}

VrfOutput output_of(const Point& gamma) {
    const auto cleared = times_cofactor(gamma);
    CHECK(cleared.has_value());
    return sha512({kOutput, *cleared, kEnd});
}

bool is_reduced(const Scalar& s) {
    Wide wide{};
    std::copy(s.begin(), s.end(), wide.begin());
    return reduced(wide) == s;
}

}  // namespace

VrfKey::VrfKey(SecretKey seed) {
    start_vrf();
    Wide hash = sha512({seed.reveal()});
    hash[0] &= 248;
    hash[31] &= 127;
    hash[31] |= 64;
    std::copy_n(hash.begin(), 32, scalar_.data());
    std::copy_n(hash.begin() + 32, 32, nonce_.data());
    wipe(hash.data(), hash.size());
    const auto point = times_base(scalar_.reveal());
    CHECK(point.has_value());
    public_.bytes = *point;
}

VrfProof VrfKey::prove(ByteView alpha) const {
    const Point h = encode_to_curve(public_, alpha);
    const auto gamma = times(scalar_.reveal(), h);
    Scalar k = reduced(sha512({nonce_.reveal(), h}));
    const auto u = times_base(k), v = times(k, h);
    CHECK(gamma && u && v);
    const Scalar c = challenge(public_, h, *gamma, *u, *v);
    Scalar s{};
    crypto_core_ed25519_scalar_mul(s.data(), c.data(), scalar_.reveal().data());
    crypto_core_ed25519_scalar_add(s.data(), s.data(), k.data());
    wipe(k.data(), k.size());
    VrfProof proof{};
    std::copy(gamma->begin(), gamma->end(), proof.begin());
    std::copy_n(c.begin(), kChallengeSize, proof.begin() + 32);
    std::copy(s.begin(), s.end(), proof.begin() + 48);
    return proof;
}

VrfOutput VrfKey::output(ByteView alpha) const {
    const auto gamma = times(scalar_.reveal(), encode_to_curve(public_, alpha));
    CHECK(gamma.has_value());
    return output_of(*gamma);
}

std::optional<VrfOutput> verify_vrf(const PublicKey& key, ByteView alpha, ByteView proof) {
    start_vrf();
    if (proof.size() != VrfProof().size() ||
        crypto_core_ed25519_is_valid_point(key.bytes.data()) != 1)
        return {};
    Point gamma{};
    Scalar c{}, s{};
    std::copy_n(proof.begin(), 32, gamma.begin());
    std::copy_n(proof.begin() + 32, kChallengeSize, c.begin());
    std::copy_n(proof.begin() + 48, 32, s.begin());
    if (!is_reduced(s)) return {};
    const Point h = encode_to_curve(key, alpha);
    const auto s_base = times_base(s), c_key = times(c, key.bytes);
    const auto s_h = times(s, h), c_gamma = times(c, gamma);
    if (!s_base || !c_key || !s_h || !c_gamma) return {};
    Point u{}, v{};
    if (crypto_core_ed25519_sub(u.data(), s_base->data(), c_key->data()) != 0 ||
        crypto_core_ed25519_sub(v.data(), s_h->data(), c_gamma->data()) != 0)
        return {};
    if (challenge(key, h, gamma, u, v) != c) return {};
    return output_of(gamma);
}

}  // namespace litura::proof
