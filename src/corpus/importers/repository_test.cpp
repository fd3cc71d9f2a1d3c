#include "corpus/importers/repository.hpp"

#include <gtest/gtest.h>

#include "corpus/importers/format_test_files.hpp"

namespace litura::corpus {
namespace {

/// Just enough DAG-CBOR to build repositories: a value is its bytes.
std::string head(unsigned major, std::uint64_t value) {
    const auto byte = [](std::uint64_t b) { return std::string(1, static_cast<char>(b)); };
    if (value < 24) return byte(major << 5 | value);
    if (value < 256) return byte(major << 5 | 24) + byte(value);
    return byte(major << 5 | 25) + byte(value >> 8) + byte(value & 255);
}
std::string text(const std::string& value) { return head(3, value.size()) + value; }
std::string blob(const std::string& value) { return head(2, value.size()) + value; }
using Members = std::vector<std::pair<std::string, std::string>>;
std::string object(const Members& members) {
    std::string out = head(5, members.size());
    for (const auto& [key, value] : members) out += text(key) + value;
    return out;
}
const std::string kNull = "\xF6";

std::string cid_of(const std::string& block) {
    const Digest digest = sha256(block);
    return "\x01\x71\x12\x20" + std::string(text_of(digest.view()));
}
std::string link(const std::string& block) {
    return "\xD8\x2A" + blob(std::string(1, '\0') + cid_of(block));
}

std::string section(const std::string& bytes) {
    const std::size_t size = bytes.size();
    std::string out(1, static_cast<char>((size & 127) | (size > 127 ? 128 : 0)));
    if (size > 127) out += static_cast<char>(size >> 7);
    return out + bytes;
}

std::string car(const std::string& root, const std::vector<std::string>& blocks) {
    std::string out =
        section(object({{"roots", head(4, 1) + link(root)}, {"version", head(0, 1)}}));
    for (const std::string& block : blocks) out += section(cid_of(block) + block);
    return out;
}

std::string post(const std::string& words) {
    return object({{"$type", text("app.bsky.feed.post")},
                   {"text", text(words)},
                   {"createdAt", text("2024-01-02T03:04:05Z")}});
}
std::string entry(std::size_t shared, const std::string& key, const std::string& value) {
    return object({{"p", head(0, shared)}, {"k", blob(key)}, {"v", link(value)}, {"t", kNull}});
}
std::string node(const std::vector<std::string>& entries) {
    std::string list = head(4, entries.size());
    for (const std::string& one : entries) list += one;
    return object({{"e", list}, {"l", kNull}});
}

struct World {
    std::string one = post("one"), two = post("two"), stray = post("deleted before");
    std::string wish =
        object({{"syntheticContentGeneration",
                 object({{"allow", "\xF4"}, {"updatedAt", text("2025-02-20T21:37:20Z")}})}});
    std::string gate = object({{"$type", text("app.bsky.feed.postgate")}});
    std::string tree =
        node({entry(0, "app.bsky.feed.post/aa", one), entry(20, "b", two),
              entry(18, "gate/ab", gate), entry(0, "org.user-intents.declaration/self", wish)});
    std::string commit =
        object({{"did", text("did:plc:x")}, {"version", head(0, 3)}, {"data", link(tree)}});
    std::string whole = car(commit, {commit, tree, stray, two, wish, one});
};

TEST(Repository, Its_records_are_those_that_the_tree_names) {
    const World world;
    const Imported imported = import_all("auto", {{"x.car", world.whole}});
    ASSERT_EQ(imported.error, "");
    EXPECT_EQ(texts(imported), (Strings{"two", "one"})) << "the stray block is not read";
    EXPECT_EQ(imported.posts[0].id, "at://did:plc:x/app.bsky.feed.post/ab");
    EXPECT_EQ(imported.posts[0].author, "did:plc:x");
    EXPECT_EQ(imported.posts[0].audience, "public");
    EXPECT_EQ(imported.objected, (Strings{"did:plc:x 2025-02-20T21:37:20Z"}));
}

TEST(Repository, A_block_that_is_not_what_its_name_says_is_missing) {
    const World world;
    std::string forged = world.whole;
    forged[forged.find("two")] = 'T';
    const Imported imported = import_all("bluesky", {{"x.car", forged}});
    EXPECT_EQ(texts(imported), (Strings{"one"}));
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"missing_block", 1}}));
}

TEST(Repository, Of_other_collections_nothing_is_missed_and_a_wish_that_is_missing_is_told) {
    const World world;
    const std::string other = car(world.commit, {world.commit, world.tree, world.two, world.one});
    const Imported imported = import_all("bluesky", {{"x.car", other}});
    EXPECT_EQ(imported.posts.size(), 2U);
    EXPECT_EQ(imported.counts.rejected, (Reasons{{"missing_block", 1}}));
}

TEST(Repository, A_file_cut_off_anywhere_imports_no_less_in_silence) {
    const World world;
    for (std::size_t size = 0; size < world.whole.size(); ++size) {
        const Imported imported = import_all("bluesky", {{"x.car", world.whole.substr(0, size)}});
        const bool told = !imported.error.empty() || !imported.counts.rejected.empty();
        EXPECT_TRUE(told) << size;
    }
}

Result<std::string> parsed(const std::string& bytes) {
    const auto json = parse_dag_cbor(bytes_of(bytes));
    if (!json) return Error{Code::bad_input, "refused", "", ""};
    return compact(*json);
}

TEST(DagCbor, Values_are_read_and_everything_that_a_repository_would_not_write_is_refused) {
    EXPECT_EQ(parsed(object({{"a", head(4, 2) + head(0, 24) + head(1, 0)}, {"b", kNull}})).value(),
              R"({"a":[24,-1],"b":null})");
    EXPECT_EQ(parsed(blob("\x01")).value(), R"({"$bytes":"01"})");
    EXPECT_EQ(parsed(std::string("\xFB\x3F\xF8\0\0\0\0\0\0", 9)).value(), "1.5");
    const std::vector<std::string> refused = {
        "",
        "\x9F\xFF",                                      // indefinite length
        "\x18\x05",                                      // not the shortest form
        "\xF7",                                          // undefined
        "\xC1\x01",                                      // a tag that is no link
        "\x61\xFF",                                      // not UTF-8
        head(0, 1) + head(0, 1),                         // a rest
        "\xA1\x01\x01",                                  // a key that is no text
        object({{"a", head(0, 1)}, {"a", head(0, 2)}}),  // a key twice
        "\x9A\xFF\xFF\xFF\xFF",                          // longer than the bytes
        std::string("\xFB\x7F\xF0\0\0\0\0\0\0", 9),      // infinite
        std::string(100, '\x81') + "\x01",               // too deep
    };
    for (const std::string& bytes : refused)
        EXPECT_FALSE(parsed(bytes).ok()) << hex(bytes_of(bytes));
}

}  // namespace
}  // namespace litura::corpus
