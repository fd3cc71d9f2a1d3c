// The map against a plain walk over all 256 levels, present and absent, and against forgeries.
#include "proof/person_map.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/test_support.hpp"

namespace litura::proof {
namespace {

std::vector<MapLeaf> leaves_of(std::size_t count) {
    std::vector<MapLeaf> leaves;
    for (std::size_t index = 0; index < count; ++index)
        leaves.push_back(
            {sha256("label " + std::to_string(index)), sha256("value " + std::to_string(index))});
    return leaves;
}

Digest tagged(std::uint8_t tag, const Digest& a, const Digest& b) {
    Bytes all{tag};
    all.insert(all.end(), a.bytes.begin(), a.bytes.end());
    all.insert(all.end(), b.bytes.begin(), b.bytes.end());
    return sha256(all);
}

/// Level by level, by the definition: every subtree that is not empty, by its prefix.
Digest plain_root(const std::vector<MapLeaf>& leaves) {
    std::map<std::string, Digest> row;
    for (const MapLeaf& leaf : leaves) {
        std::string bits;
        for (const std::uint8_t byte : leaf.label.bytes)
            for (int at = 7; at >= 0; --at) bits += (byte >> at & 1) ? '1' : '0';
        row[bits] = tagged(2, leaf.label, leaf.value);
    }
    Digest empty;
    for (int depth = 256; depth > 0; --depth) {
        std::map<std::string, Digest> above;
        for (const auto& [bits, hash] : row) {
            const std::string parent = bits.substr(0, bits.size() - 1);
            const auto get = [&](char bit) {
                const auto found = row.find(parent + bit);
                return found == row.end() ? empty : found->second;
            };
            above[parent] = tagged(3, get('0'), get('1'));
        }
        empty = tagged(3, empty, empty);
        row = std::move(above);
    }
    return row.empty() ? empty : row.begin()->second;
}

std::optional<MapLeaf> occupant_of(const PersonMap& map, const std::vector<MapLeaf>& leaves,
                                   const Digest& label) {
    const auto place = map.place_of(label);
    if (!place) return {};
    for (const MapLeaf& leaf : leaves)
        if (map.is_at(*place, leaf)) return leaf;
    ADD_FAILURE() << "nobody stands at a place";
    return {};
}

TEST(PersonMap, Its_root_is_the_definitions) {
    for (const std::size_t count : {0, 1, 2, 3, 17, 100})
        EXPECT_EQ(PersonMap::build(leaves_of(count)).root(), plain_root(leaves_of(count))) << count;
}

TEST(PersonMap, Says_of_every_label_whether_it_is_there) {
    const auto leaves = leaves_of(50);
    const PersonMap map = PersonMap::build(leaves);
    const Digest root = map.root();
    for (const MapLeaf& leaf : leaves) {
        const MapPath path = map.path(leaf.label, leaf);
        EXPECT_TRUE(holds_in_map(leaf.label, leaf.value, path, root));
        EXPECT_FALSE(holds_in_map(leaf.label, {}, path, root));
        EXPECT_FALSE(holds_in_map(leaf.label, sha256("other"), path, root));
    }
    std::size_t near = 0;
    for (int index = 0; index < 200; ++index) {
        const Digest label = sha256("stranger " + std::to_string(index));
        const auto occupant = occupant_of(map, leaves, label);
        near += occupant.has_value();
        const MapPath path = map.path(label, occupant);
        EXPECT_TRUE(holds_in_map(label, {}, path, root));
        EXPECT_FALSE(holds_in_map(label, sha256("value"), path, root));
        EXPECT_EQ(must(decode_map_path(path.encode())), path);
    }
    EXPECT_GT(near, 20u);  // both kinds of absence were met
}

TEST(PersonMap, Forged_paths_do_not_hold) {
    const auto leaves = leaves_of(50);
    const PersonMap map = PersonMap::build(leaves);
    const MapLeaf& leaf = leaves[3];
    const MapPath whole = map.path(leaf.label, leaf);
    MapPath forged = whole;
    forged.siblings[0].bytes[0] ^= 1;
    EXPECT_FALSE(holds_in_map(leaf.label, leaf.value, forged, map.root()));
    forged = whole;
    forged.siblings.push_back(sha256("more"));
    EXPECT_FALSE(holds_in_map(leaf.label, leaf.value, forged, map.root()));
    EXPECT_EQ(code_of(decode_map_path(forged.encode())), 2);
    forged = whole;
    forged.siblings.pop_back();
    EXPECT_FALSE(holds_in_map(leaf.label, leaf.value, forged, map.root()));
    EXPECT_FALSE(
        holds_in_map(leaf.label, leaf.value, whole, PersonMap::build(leaves_of(49)).root()));
    EXPECT_EQ(code_of(decode_map_path({})), 2);
}

TEST(PersonMap, Keeps_no_whole_label) {
    const auto leaves = leaves_of(64);
    const PersonMap map = PersonMap::build(leaves);
    const Bytes bytes = map.encode();
    for (const MapLeaf& leaf : leaves)
        EXPECT_EQ(hex(bytes).find(hex(leaf.label.view().first(6))), std::string::npos);
    const PersonMap back = must(decode_person_map(bytes));
    EXPECT_EQ(back.root(), map.root());
    EXPECT_EQ(back.encode(), bytes);
    for (std::size_t size = 0; size < bytes.size(); size += 5)
        EXPECT_EQ(code_of(decode_person_map(ByteView(bytes).first(size))), 70);
}

}  // namespace
}  // namespace litura::proof
