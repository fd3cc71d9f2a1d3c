// The reader: what was written reads back; anything else is refused, and never read past its end.
#include "memory/memory.hpp"

#include <gtest/gtest.h>

#include "memory/plain_memory.hpp"

namespace litura::memory {
namespace {

Bytes sample() {
    const Memory memory = plain::counted(plain::random_passages(20, 3, 11, 1), {4, 2, 8}, 11);
    return {memory.bytes().begin(), memory.bytes().end()};
}

TEST(MemoryFile, What_was_written_reads_back) {
    const auto passages = plain::random_passages(20, 3, 11, 1);
    const Memory written = plain::counted(passages, {4, 2, 8}, 11);
    const Memory read =
        Memory::parse(Bytes(written.bytes().begin(), written.bytes().end())).value();
    EXPECT_EQ(read.rule(), (Rule{4, 2, 8}));
    EXPECT_EQ(read.vocabulary(), 11u);
    EXPECT_EQ(read.digest(), written.digest());
    const auto rows = read.rows(passages[0].tokens), expected = written.rows(passages[0].tokens);
    ASSERT_EQ(rows.size(), expected.size());
    for (std::size_t n = 0; n < rows.size(); ++n) EXPECT_EQ(rows[n].kept, expected[n].kept);
}

TEST(MemoryFile, A_cut_one_and_one_with_more_behind_are_none) {
    const Bytes whole = sample();
    ASSERT_TRUE(Memory::parse(whole).ok());
    for (std::ptrdiff_t size = 0; size < static_cast<std::ptrdiff_t>(whole.size()); ++size) {
        const auto cut = Memory::parse(Bytes(whole.begin(), whole.begin() + size));
        EXPECT_EQ(cut.error().code, Code::broken) << size;
    }
    Bytes more = whole;
    more.push_back(0);
    EXPECT_FALSE(Memory::parse(more).ok());
}

TEST(MemoryFile, A_changed_byte_is_refused_or_still_a_distribution) {
    for (std::size_t at = 0; at < sample().size(); ++at) {
        for (const std::uint8_t flip : {0x01, 0x10, 0x80}) {
            Bytes bytes = sample();
            bytes[at] ^= flip;
            const auto memory = Memory::parse(bytes);
            if (!memory.ok()) continue;
            for (std::uint32_t token = 0; token < 11; ++token) {
                for (const Row& row : memory.value().rows(std::vector<std::uint32_t>{1, token})) {
                    EXPECT_LE(row.kept, row.total);
                    EXPECT_LE(row.entries.size(), row.types);
                }
            }
        }
    }
}

TEST(MemoryFile, A_rule_out_of_bounds_is_refused) {
    Bytes bytes = sample();
    constexpr std::size_t kOrderAt = 8 + 15;
    bytes[kOrderAt] = 9;
    EXPECT_EQ(Memory::parse(bytes).error().code, Code::broken);
    bytes[kOrderAt] = 1;
    EXPECT_EQ(Memory::parse(bytes).error().code, Code::broken);
}

}  // namespace
}  // namespace litura::memory
