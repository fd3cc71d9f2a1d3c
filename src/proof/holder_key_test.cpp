#include "proof/holder_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/test_support.hpp"

namespace litura::proof {
namespace {

HolderKey key_of(std::vector<std::string> held) {
    std::vector<ByteView> views;
    for (const std::string& each : held) views.push_back(bytes_of(each));
    return HolderKey(views);
}

const Bytes kSalt(16, 3);

TEST(HolderKey, Opens_for_whoever_holds_the_same_bytes_however_they_are_cut) {
    const Bytes sealed = key_of({"weights of the ", "old model"}).seal(kSalt, 7, bytes_of("plain"));
    EXPECT_EQ(text_of(must(key_of({"weights of the old model"}).open(kSalt, 7, sealed))), "plain");
}

TEST(HolderKey, Is_refused_to_others_and_in_another_place) {
    const HolderKey key = key_of({"weights"});
    const Bytes sealed = key.seal(kSalt, 7, bytes_of("plain"));
    EXPECT_EQ(code_of(key_of({"weightz"}).open(kSalt, 7, sealed)), 1);
    EXPECT_EQ(code_of(key.open(kSalt, 8, sealed)), 1);
    EXPECT_EQ(code_of(key.open(Bytes(16, 4), 7, sealed)), 1);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        Bytes changed = sealed;
        changed[at] ^= 1;
        EXPECT_EQ(code_of(key.open(kSalt, 7, changed)), 1);
    }
    EXPECT_EQ(code_of(key.open(kSalt, 7, ByteView(sealed).first(10))), 1);
}

TEST(HolderKey, Says_nothing_of_the_plain_text_but_its_length) {
    const HolderKey key = key_of({"weights"});
    const Bytes plain(100, 'x');
    const Bytes sealed = key.seal(kSalt, 0, plain);
    EXPECT_EQ(sealed.size(), plain.size() + HolderKey::kMac);
    EXPECT_TRUE(std::ranges::search(sealed, ByteView(plain).first(4)).empty());
}

}  // namespace
}  // namespace litura::proof
