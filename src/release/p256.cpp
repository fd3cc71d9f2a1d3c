#include "release/p256.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "proof/owned.hpp"

namespace litura::release {
namespace {

using Pkey = proof::Owned<EVP_PKEY, EVP_PKEY_free>;
using Memory = proof::Owned<BIO, BIO_free>;
using Context = proof::Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

Memory over(ByteView bytes) {
    return Memory(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string text_in(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

/// The curve's name in OpenSSL; empty for what is no key on a curve.
std::string curve_of(const EVP_PKEY* key) {
    char group[32] = {};
    if (key == nullptr || EVP_PKEY_is_a(key, "EC") != 1 ||
        EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1)
        return {};
    return group;
}

const EVP_MD* hash_of(const std::string& curve) {
    if (curve == "prime256v1") return EVP_sha256();
    if (curve == "secp384r1") return EVP_sha384();
    return curve == "secp521r1" ? EVP_sha512() : nullptr;
}

}  // namespace

struct P256Key::Impl {
    Pkey key;
};

P256Key::P256Key(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
P256Key::P256Key(P256Key&&) noexcept = default;
P256Key::~P256Key() = default;

P256Key P256Key::generate() {
    auto impl = std::make_unique<Impl>();
    impl->key.reset(EVP_EC_gen("P-256"));
    CHECK(impl->key != nullptr);
    return P256Key(std::move(impl));
}

Result<P256Key> P256Key::load(Env& env, const Path& path) {
    Bytes pem = TRY(env.read_file(path));
    std::error_code failed;
    const auto mode = std::filesystem::status(path, failed).permissions();
    constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    if (failed || (mode & kOthers) != std::filesystem::perms::none)
        return Error{Code::forbidden, "others may read this key", path.filename().string(),
                     "chmod 600 it, and think about who read it"};
    auto impl = std::make_unique<Impl>();
    // No password: the callback that would ask at the terminal is replaced by one that has none.
    const auto no_password = [](char*, int, int, void*) { return 0; };
    impl->key.reset(PEM_read_bio_PrivateKey(over(pem).get(), nullptr, no_password, nullptr));
    wipe(pem.data(), pem.size());
    if (curve_of(impl->key.get()) == "prime256v1") return P256Key(std::move(impl));
    return Error{Code::bad_input, "not a P-256 key in PEM without a password",
                 path.filename().string(), "name another file"};
}

Result<void> P256Key::save(Env& env, const Path& path) const {
    if (env.exists(path))
        return Error{Code::forbidden, "there is a file already", path.filename().string(),
                     "name another file"};
    const Memory memory(BIO_new(BIO_s_mem()));
    CHECK(PEM_write_bio_PKCS8PrivateKey(memory.get(), impl_->key.get(), nullptr, nullptr, 0,
                                        nullptr, nullptr) == 1);
    std::string pem = text_in(memory.get());
    const auto written = env.write_file(path, bytes_of(pem));
    wipe(pem.data(), pem.size());
    return written;
}

Bytes P256Key::sign(ByteView message) const {
    const Context context(EVP_MD_CTX_new());
    std::size_t size = 0;
    CHECK(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) == 1);
    CHECK(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1);
    Bytes signature(size);
    CHECK(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) ==
          1);
    signature.resize(size);
    return signature;
}

std::string P256Key::public_pem() const {
    const Memory memory(BIO_new(BIO_s_mem()));
    CHECK(PEM_write_bio_PUBKEY(memory.get(), impl_->key.get()) == 1);
    return text_in(memory.get());
}

bool verify_ecdsa(std::string_view public_pem, ByteView message, ByteView signature) {
    const Pkey key(
        PEM_read_bio_PUBKEY(over(bytes_of(public_pem)).get(), nullptr, nullptr, nullptr));
    const EVP_MD* hash = hash_of(curve_of(key.get()));
    if (hash == nullptr) return false;
    const Context context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                            message.size()) == 1;
}

}  // namespace litura::release
