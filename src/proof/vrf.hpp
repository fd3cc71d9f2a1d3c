// A verifiable random function: ECVRF-EDWARDS25519-SHA512-TAI (RFC 9381, suite 0x03) over
// libsodium's group operations. Whoever holds the key gives every input one output that looks
// random to all others; a proof shows that an output is the right one. How long it takes depends on
// the input (try and increment), so proofs are made in batches and never on a stranger's query.
#pragma once

#include <array>
#include <optional>

#include "proof/signature.hpp"

namespace litura::proof {

using VrfProof = std::array<std::uint8_t, 80>;   ///< pi: gamma (32), c (16), s (32)
using VrfOutput = std::array<std::uint8_t, 64>;  ///< beta

/// Move-only, wiped at the end. Thread-safe.
class VrfKey {
public:
    explicit VrfKey(SecretKey seed);

    const PublicKey& public_key() const { return public_; }
    VrfProof prove(ByteView alpha) const;
    /// What prove() proves, at half its cost.
    VrfOutput output(ByteView alpha) const;

private:
    SecretKey scalar_;  ///< x, clamped
    SecretKey nonce_;   ///< the second half of SHA-512(seed)
    PublicKey public_;
};

/// The output, if the proof holds for this key and input. Keys of small order are refused.
std::optional<VrfOutput> verify_vrf(const PublicKey& key, ByteView alpha, ByteView proof);

}  // namespace litura::proof
