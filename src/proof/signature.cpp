// Ed25519 signatures and their key files, by libsodium.
#include "proof/signature.hpp"

#include <sodium.h>

#include <algorithm>

namespace litura::proof {
namespace {

static_assert(crypto_sign_SEEDBYTES == SecretKey::kSize && crypto_sign_PUBLICKEYBYTES == 32 &&
              crypto_sign_BYTES == 64 && crypto_sign_SECRETKEYBYTES == 64);

void start_sodium() {
    static const int started = sodium_init();
    CHECK(started >= 0);
}

bool readable_by_others(const Path& path) {
    std::error_code failed;
    const auto mode = std::filesystem::status(path, failed).permissions();
    constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    return failed || (mode & kOthers) != std::filesystem::perms::none;
}

}  // namespace

Result<PublicKey> public_key_from(ByteView bytes) {
    PublicKey key;
    if (bytes.size() != key.bytes.size())
        return Error{Code::bad_input, "a public key has 32 bytes", "", ""};
    std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
    return key;
}

SigningKey::SigningKey(SecretKey seed) : seed_(std::move(seed)) {
    start_sodium();
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> both{};
    CHECK(crypto_sign_seed_keypair(public_.bytes.data(), both.data(), seed_.reveal().data()) == 0);
    wipe(both.data(), both.size());
}

SigningKey SigningKey::generate() {
    start_sodium();
    SecretKey seed;
    randombytes_buf(seed.data(), SecretKey::kSize);
    return SigningKey(std::move(seed));
}

Signature SigningKey::sign(ByteView message) const {
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> both{};
    std::copy(seed_.reveal().begin(), seed_.reveal().end(), both.begin());
    std::copy(public_.bytes.begin(), public_.bytes.end(), both.begin() + SecretKey::kSize);
    Signature signature{};
    CHECK(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                               both.data()) == 0);
    wipe(both.data(), both.size());
    return signature;
}

bool verify_signature(const PublicKey& key, ByteView message, ByteView signature) {
    start_sodium();
    return signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       key.bytes.data()) == 0;
}

Result<SigningKey> load_signing_key(Env& env, const Path& path) {
    Bytes bytes = TRY(env.read_file(path));
    if (readable_by_others(path)) {
        return Error{Code::forbidden, "others may read this key", path.filename().string(),
                     "chmod 600 it, and think about who read it"};
    }
    if (bytes.size() != SecretKey::kSize) {
        return Error{Code::bad_input, "a signing key is a file of 32 bytes",
                     path.filename().string(), "name another file"};
    }
    SecretKey seed;
    std::copy(bytes.begin(), bytes.end(), seed.data());
    wipe(bytes.data(), bytes.size());
    return SigningKey(std::move(seed));
}

Result<void> save_signing_key(Env& env, const Path& path, const SigningKey& key) {
    if (env.exists(path)) {
        return Error{Code::forbidden, "there is a file already", path.filename().string(),
                     "name another file"};
    }
    const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
    TRY(env.make_folders(folder));
    TRY(env.write_file(path, key.seed().reveal()));
    return env.sync_folder(folder);
}

Result<SigningKey> load_or_make_signing_key(Env& env, const Path& path) {
    const Path lock = Path(path) += ".lock";
    TRY(env.make_folders(path.parent_path()));
    const FileLock turn = TRY(FileLock::take(lock, FileLock::Mode::exclusive, FileLock::Wait::yes));
    if (!env.exists(path)) TRY(save_signing_key(env, path, SigningKey::generate()));
    return load_signing_key(env, path);
}

}  // namespace litura::proof
