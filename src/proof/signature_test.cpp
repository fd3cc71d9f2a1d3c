// Signatures by the vectors of RFC 8032, and key files.
#include "proof/signature.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace litura::proof {
namespace {

SigningKey key_of(std::string_view seed_hex) {
    const Bytes seed = must(from_hex(seed_hex));
    SecretKey key;
    std::copy(seed.begin(), seed.end(), key.data());
    return SigningKey(std::move(key));
}

TEST(Signature, Agrees_with_RFC_8032_test_2) {
    const SigningKey key =
        key_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    EXPECT_EQ(hex(key.public_key().view()),
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const Bytes message{0x72};
    const Signature signature = key.sign(message);
    EXPECT_EQ(hex(signature),
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    EXPECT_TRUE(verify_signature(key.public_key(), message, signature));
}

TEST(Signature, A_changed_message_signature_or_key_does_not_hold) {
    const SigningKey key = SigningKey::generate(), other = SigningKey::generate();
    const ByteView message = bytes_of("one");
    Signature signature = key.sign(message);
    EXPECT_FALSE(verify_signature(key.public_key(), bytes_of("two"), signature));
    EXPECT_FALSE(verify_signature(other.public_key(), message, signature));
    EXPECT_FALSE(verify_signature(key.public_key(), message, ByteView(signature).first(63)));
    signature[5] ^= 1;
    EXPECT_FALSE(verify_signature(key.public_key(), message, signature));
}

TEST(Signature, A_key_file_is_made_once_and_is_for_its_owner_alone) {
    const auto env = system_env();
    const TestFolder folder;
    const Path path = folder.path() / "log.key";
    const PublicKey made = must(load_or_make_signing_key(*env, path)).public_key();
    EXPECT_EQ(must(load_or_make_signing_key(*env, path)).public_key(), made);
    EXPECT_EQ(code_of(save_signing_key(*env, path, SigningKey::generate())), 3);
    std::filesystem::permissions(path, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(code_of(load_signing_key(*env, path)), 3);
    must(env->write_file(path, bytes_of("short")));
    EXPECT_EQ(code_of(load_signing_key(*env, path)), 2);
}

}  // namespace
}  // namespace litura::proof
