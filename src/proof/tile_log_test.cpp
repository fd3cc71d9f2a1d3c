// Trees by RFC 6962's known hashes, proofs against each other, and the log on disk.
#include "proof/tile_log.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"
#include "proof/base64.hpp"

namespace litura::proof {
namespace {

/// The eight entries and roots that Certificate Transparency's implementations test with.
const std::vector<std::string> kEntries = {"",
                                           "00",
                                           "10",
                                           "2021",
                                           "3031",
                                           "40414243",
                                           "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> kRoots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Digest> leaves_of(std::size_t count) {
    std::vector<Digest> leaves;
    for (std::size_t index = 0; index < count; ++index)
        leaves.push_back(leaf_hash(bytes_of("entry " + std::to_string(index))));
    return leaves;
}

TEST(Merkle, Roots_are_those_of_RFC_6962) {
    std::vector<Digest> leaves;
    for (std::size_t size = 0; size <= kEntries.size(); ++size) {
        EXPECT_EQ(must(tree_root(subtree_of(leaves), size)).hex(), kRoots[size]);
        if (size < kEntries.size()) leaves.push_back(leaf_hash(must(from_hex(kEntries[size]))));
    }
}

TEST(Merkle, Every_entry_is_provable_and_nothing_else_is) {
    for (std::size_t size = 1; size <= 33; ++size) {
        const auto leaves = leaves_of(size);
        const Digest root = must(tree_root(subtree_of(leaves), size));
        for (std::size_t index = 0; index < size; ++index) {
            MerklePath path = must(inclusion_path(subtree_of(leaves), index, size));
            EXPECT_TRUE(holds_inclusion(leaves[index], index, size, path, root));
            EXPECT_FALSE(holds_inclusion(sha256("else"), index, size, path, root));
            EXPECT_FALSE(holds_inclusion(leaves[index], index + 1, size, path, root));
            EXPECT_FALSE(holds_inclusion(leaves[index], index, size, path, sha256("root")));
            path.push_back(sha256("more"));
            EXPECT_FALSE(holds_inclusion(leaves[index], index, size, path, root));
            if (path.size() < 2) continue;
            path.resize(path.size() - 2);
            EXPECT_FALSE(holds_inclusion(leaves[index], index, size, path, root));
        }
    }
}

TEST(Merkle, Every_tree_is_the_beginning_of_every_later_one_and_of_no_fork) {
    const auto leaves = leaves_of(33);
    auto fork = leaves;
    fork[0] = leaf_hash(bytes_of("another history"));
    for (std::size_t old_size = 0; old_size <= leaves.size(); ++old_size) {
        const Digest old_root = must(tree_root(subtree_of(leaves), old_size));
        for (std::size_t size = old_size; size <= leaves.size(); ++size) {
            const MerklePath path = must(consistency_path(subtree_of(leaves), old_size, size));
            const Digest root = must(tree_root(subtree_of(leaves), size));
            EXPECT_TRUE(holds_consistency(old_size, old_root, size, root, path));
            const Digest other = must(tree_root(subtree_of(fork), size));
            if (old_size == 0) continue;
            EXPECT_FALSE(
                holds_consistency(old_size, old_root, size, other,
                                  must(consistency_path(subtree_of(fork), old_size, size))));
            EXPECT_FALSE(holds_consistency(old_size, sha256("x"), size, root, path));
        }
    }
    EXPECT_FALSE(holds_consistency(5, sha256("a"), 4, sha256("b"), {}));
}

TEST(TileLog, Tiles_are_named_as_specified) {
    EXPECT_EQ(tile_number(0), "000");
    EXPECT_EQ(tile_number(5), "005");
    EXPECT_EQ(tile_number(1000), "x001/000");
    EXPECT_EQ(tile_number(1234067), "x001/x234/067");
}

class TileLogTest : public ::testing::Test {
protected:
    TileLog open() {
        return must(TileLog::open(*env_, folder_.path() / "log", "example.org/log", key_));
    }
    std::unique_ptr<Env> env_ = system_env();
    TestFolder folder_;
    SigningKey key_ = SigningKey::generate();
};

TEST_F(TileLogTest, Its_heads_and_proofs_are_those_of_the_tree) {
    TileLog log = open();
    constexpr std::size_t kSize = 600;
    const auto leaves = leaves_of(kSize);
    for (std::size_t index = 0; index < kSize; ++index)
        EXPECT_EQ(must(log.append(bytes_of("entry " + std::to_string(index)))), index);
    const Checkpoint head = must(open().checkpoint());
    EXPECT_EQ(head.size, kSize);
    EXPECT_EQ(head.root, must(tree_root(subtree_of(leaves), kSize)));
    for (const std::size_t index : {0, 1, 255, 256, 511, 512, 599}) {
        EXPECT_EQ(text_of(must(log.entry(index))), "entry " + std::to_string(index));
        EXPECT_TRUE(holds_inclusion(leaves[index], index, kSize, must(log.inclusion(index, kSize)),
                                    head.root));
    }
    for (const std::size_t old_size : {1, 255, 256, 257, 512, 599, 600}) {
        const Digest old_root = must(tree_root(subtree_of(leaves), old_size));
        EXPECT_TRUE(holds_consistency(old_size, old_root, kSize, head.root,
                                      must(log.consistency(old_size, kSize))));
    }
    EXPECT_EQ(must(log.find(bytes_of("entry 300"))), 300u);
    EXPECT_FALSE(must(log.find(bytes_of("entry 600"))).has_value());
    const Path tiles = folder_.path() / "log" / "tile";
    EXPECT_EQ(std::filesystem::file_size(tiles / "0" / "000"), 8192u);
    EXPECT_TRUE(std::filesystem::exists(tiles / "0" / "002.p" / "88"));
    EXPECT_TRUE(std::filesystem::exists(tiles / "1" / "000.p" / "2"));
    EXPECT_FALSE(std::filesystem::exists(tiles / "0" / "001.p"));
}

TEST_F(TileLogTest, A_crash_before_the_head_loses_nothing_that_was_promised) {
    TileLog log = open();
    must(log.append(bytes_of("first")));
    const Bytes head = must(env_->read_file(folder_.path() / "log" / "checkpoint"));
    must(log.append(bytes_of("lost")));
    must(env_->write_file(folder_.path() / "log" / "checkpoint", head));
    EXPECT_EQ(must(log.append(bytes_of("second"))), 1u);
    EXPECT_EQ(text_of(must(log.entry(1))), "second");
    const std::vector<Digest> leaves{leaf_hash(bytes_of("first")), leaf_hash(bytes_of("second"))};
    EXPECT_EQ(must(log.checkpoint()).root, must(tree_root(subtree_of(leaves), 2)));
}

TEST_F(TileLogTest, A_crash_after_a_tile_was_filled_is_made_good) {
    TileLog log = open();
    std::vector<Digest> leaves = leaves_of(255);
    for (int index = 0; index < 255; ++index)
        must(log.append(bytes_of("entry " + std::to_string(index))));
    const Bytes head = must(env_->read_file(folder_.path() / "log" / "checkpoint"));
    must(log.append(bytes_of("lost")));
    must(env_->write_file(folder_.path() / "log" / "checkpoint", head));
    EXPECT_EQ(text_of(must(log.entry(254))), "entry 254");
    EXPECT_EQ(must(log.append(bytes_of("kept"))), 255u);
    EXPECT_EQ(text_of(must(log.entry(255))), "kept");
    leaves.push_back(leaf_hash(bytes_of("kept")));
    EXPECT_EQ(must(log.checkpoint()).root, must(tree_root(subtree_of(leaves), 256)));
}

TEST_F(TileLogTest, A_head_that_another_key_signed_is_damage) {
    open();
    const SigningKey other = SigningKey::generate();
    auto log = must(TileLog::open(*env_, folder_.path() / "log", "example.org/log", other));
    EXPECT_EQ(code_of(log.append(bytes_of("entry"))), 70);
}

TEST_F(TileLogTest, Keeps_the_cosignatures_of_known_witnesses) {
    TileLog log = open();
    must(log.append(bytes_of("first")));
    const SigningKey witness = SigningKey::generate(), stranger = SigningKey::generate();
    const VerifierKey known{"witness.example", KeyType::cosignature, witness.public_key()};
    const std::string text = must(log.head()).text;
    const Instant at = must(parse_instant("2024-07-01T00:00:00Z"));
    const NoteSignature line = cosign(text, "witness.example", witness, at);
    must(log.add_cosignatures({line, cosign(text, "stranger.example", stranger, at)}, {&known, 1}));
    EXPECT_EQ(must(log.head()).signatures.size(), 2u);
    must(log.append(bytes_of("second")));
    EXPECT_EQ(code_of(log.add_cosignatures({line}, {&known, 1})), 1);
}

class PolicyTest : public ::testing::Test {
protected:
    static std::string key(const char* name, KeyType type, const SigningKey& of) {
        return VerifierKey{name, type, of.public_key()}.text();
    }
    Note head(std::vector<NoteSignature> more = {}) const {
        Note note{text_, {sign_note(text_, "example.org/log", log_)}};
        note.signatures.insert(note.signatures.end(), more.begin(), more.end());
        return note;
    }
    NoteSignature seen(const char* name, const SigningKey& by) const {
        return cosign(text_, name, by, Instant{1'700'000'000'000});
    }
    const std::string text_ = Checkpoint{"example.org/log", 3, sha256("root"), {}}.text();
    const SigningKey log_ = SigningKey::generate(), a_ = SigningKey::generate(),
                     b_ = SigningKey::generate(), c_ = SigningKey::generate();
    const std::string keys_ = "log " + key("example.org/log", KeyType::ed25519, log_) +
                              "\n# three\n\n witness\tA " + key("a", KeyType::cosignature, a_) +
                              "\nwitness B " + key("b", KeyType::cosignature, b_) + "\nwitness C " +
                              key("c", KeyType::cosignature, c_) + " https://c.example/\n";
};

TEST_F(PolicyTest, A_quorum_is_reached_or_the_head_is_refused) {
    const LogPolicy policy =
        must(parse_policy(keys_ + "group two 2 A B\ngroup all all two C\nquorum all\n"));
    EXPECT_EQ(code_of(verify_checkpoint(head(), policy)), 1);
    EXPECT_EQ(code_of(verify_checkpoint(head({seen("a", a_), seen("c", c_)}), policy)), 1);
    const Head whole =
        must(verify_checkpoint(head({seen("a", a_), seen("b", b_), seen("c", c_)}), policy));
    EXPECT_EQ(whole.seen.size(), 3u);
    EXPECT_EQ(whole.checkpoint.size, 3u);
    const LogPolicy none = must(parse_policy(keys_ + "quorum none"));
    EXPECT_TRUE(must(verify_checkpoint(head(), none)).seen.empty());
}

TEST_F(PolicyTest, A_log_of_another_name_or_key_is_refused) {
    const LogPolicy other = must(parse_policy(
        "log " + key("example.org/other", KeyType::ed25519, log_) + "\nquorum none\n"));
    EXPECT_EQ(code_of(verify_checkpoint(head(), other)), 1);
    const LogPolicy key_of_a = must(
        parse_policy("log " + key("example.org/log", KeyType::ed25519, a_) + "\nquorum none\n"));
    EXPECT_EQ(code_of(verify_checkpoint(head(), key_of_a)), 1);
}

TEST_F(PolicyTest, Broken_policies_are_refused) {
    for (const char* rest :
         {"", "quorum D\n", "quorum none\nquorum none\n", "group g 3 A B\nquorum g\n",
          "group g 0 A\nquorum g\n", "group g any D\nquorum g\n", "group A any B\nquorum A\n",
          "group g all A A\nquorum g\n", "group none any A\nquorum none\n",
          "nonsense\nquorum none\n", "group g any A\ngroup h any A\nquorum h\n", "quorum none\r\n"})
        EXPECT_EQ(code_of(parse_policy(keys_ + rest)), 2) << rest;
}

TEST(Checkpoint, Reads_back_and_refuses_the_rest) {
    const Checkpoint whole{"example.org/log", 7, sha256("x"), {"extension"}};
    EXPECT_EQ(must(parse_checkpoint(whole.text())), whole);
    const std::string root = base64(sha256("x").view());
    for (const std::string& text :
         {std::string(), "o\n1\n" + root, "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n",
          "\n1\n" + root + "\n", std::string("o\n1\nAAAA\n"), "o\n1\n" + root + "\n\n",
          "o\n9223372036854775808\n" + root + "\n"})
        EXPECT_EQ(code_of(parse_checkpoint(text)), 2) << text;
}

}  // namespace
}  // namespace litura::proof
