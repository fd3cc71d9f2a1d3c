// SHA-256 against the vectors of NIST (FIPS 180-4 examples), HMAC against RFC 4231.
#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace litura {
namespace {

TEST(Digest, Sha256_follows_the_vectors_of_NIST) {
    EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc").hex(),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex(),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')).hex(),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, Pieces_hash_like_the_whole) {
    Hasher hasher;
    for (const char* piece : {"a", "", "bc"}) hasher.update(std::string_view(piece));
    EXPECT_EQ(hasher.finish(), sha256("abc"));
}

TEST(Digest, Hmac_follows_the_vectors_of_RFC_4231) {
    const auto of = [](const Bytes& key, std::string_view data) {
        return hmac(key, bytes_of(data)).hex();
    };
    EXPECT_EQ(of(Bytes(20, 0x0b), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hmac(bytes_of("Jefe"), bytes_of("what do ya want for nothing?")).hex(),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(of(Bytes(20, 0xaa), std::string(50, '\xdd')),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    EXPECT_EQ(of(Bytes(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Digest, A_digest_is_read_with_and_without_its_prefix) {
    const Digest digest = sha256("abc");
    EXPECT_EQ(parse_digest(digest.hex()).value(), digest);
    EXPECT_EQ(parse_digest("sha256:" + digest.hex()).value(), digest);
    for (const std::string& bad : {std::string(), digest.hex() + "0", digest.hex().substr(1),
                                   "md5:" + digest.hex(), std::string(64, 'g')}) {
        EXPECT_FALSE(parse_digest(bad).ok()) << bad;
    }
    EXPECT_FALSE(digest_from_bytes(Bytes(31)).ok());
    EXPECT_TRUE(Digest().is_zero());
    EXPECT_FALSE(digest.is_zero());
}

}  // namespace
}  // namespace litura
