// ECDSA on P-256 with SHA-256 (FIPS 186-5), by OpenSSL: the kind of key that the model-signing
// specification (OMS 1.0) asks for. Signatures are DER; keys are PEM (PKCS 8,
// SubjectPublicKeyInfo).
#pragma once

#include <memory>
#include <string>

#include "base/env.hpp"
#include "base/secret.hpp"  // wipe

namespace litura::release {

class P256Key {
public:
    static P256Key generate();
    /// A PKCS 8 file. Code::forbidden if others may read it, Code::bad_input if it holds no such
    /// key.
    static Result<P256Key> load(Env& env, const Path& path);
    /// Code::forbidden if there is a file already.
    Result<void> save(Env& env, const Path& path) const;
    P256Key(P256Key&&) noexcept;
    ~P256Key();

    Bytes sign(ByteView message) const;
    std::string public_pem() const;

private:
    struct Impl;
    explicit P256Key(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Of all three kinds of keys that OMS has for this method: P-256, P-384 and P-521, each with the
/// hash of its size. False also for a key or signature that is none.
bool verify_ecdsa(std::string_view public_pem, ByteView message, ByteView signature);

}  // namespace litura::release
