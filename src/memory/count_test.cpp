// Counting: the rows of plain loops, whatever the order, the threads and the history.
#include "memory/count.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "memory/plain_memory.hpp"

namespace litura::memory {
namespace {

using plain::counted;
using plain::Passage;
using plain::random_passages;
using plain::Tokens;

constexpr std::uint32_t kVocabulary = 23;

/// Every row of the memory that some context of the passages has, and no row of another one.
void expect_rows_of(const std::vector<Passage>& passages, const Memory& memory) {
    for (const Passage& passage : passages) {
        for (std::size_t end = 1; end <= passage.tokens.size(); ++end) {
            const Tokens history(passage.tokens.begin(),
                                 passage.tokens.begin() + static_cast<std::ptrdiff_t>(end));
            const std::vector<Row> rows = memory.rows(history);
            for (std::size_t n = 1; n < memory.rule().order && n <= end; ++n) {
                const Tokens context(history.end() - static_cast<std::ptrdiff_t>(n), history.end());
                const plain::Row expected = plain::row(passages, memory.rule(), context);
                if (expected.kept.empty()) {
                    EXPECT_LT(rows.size(), n);
                    break;
                }
                ASSERT_GE(rows.size(), n);
                const Row& row = rows[n - 1];
                EXPECT_EQ(row.total, expected.total);
                EXPECT_EQ(row.types, expected.types);
                std::uint64_t kept = 0;
                ASSERT_EQ(row.entries.size(), expected.kept.size());
                for (const Entry& entry : row.entries) {
                    EXPECT_EQ(expected.kept.at(entry.token), entry.count);
                    kept += entry.count;
                }
                EXPECT_EQ(row.kept, kept);
            }
        }
    }
}

class Rules : public ::testing::TestWithParam<Rule> {};

TEST_P(Rules, Every_row_is_what_looking_everywhere_finds) {
    for (const std::uint32_t seed : {1u, 2u, 3u}) {
        const auto passages = random_passages(40, 7, kVocabulary, seed);
        expect_rows_of(passages, counted(passages, GetParam(), kVocabulary));
    }
}

TEST_P(Rules, Neither_order_nor_split_nor_threads_are_in_the_bytes) {
    auto passages = random_passages(60, 9, kVocabulary, 4);
    const Digest digest = counted(passages, GetParam(), kVocabulary).digest();
    std::ranges::reverse(passages);
    for (const int threads : {1, 2, 3, 7})
        EXPECT_EQ(counted(passages, GetParam(), kVocabulary, threads).digest(), digest);
    for (Passage& passage : passages) passage.person = 1000 - passage.person;
    EXPECT_EQ(counted(passages, GetParam(), kVocabulary).digest(), digest);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Rules,
                         ::testing::Values(Rule{6, 2, 8}, Rule{6, 1, 8}, Rule{2, 2, 1},
                                           Rule{3, 3, 5}, Rule{8, 1, 12}));

TEST(Counting, Who_left_is_out_as_if_never_in) {
    const auto passages = random_passages(60, 9, kVocabulary, 5);
    std::vector<Passage> others;
    std::ranges::copy_if(passages, std::back_inserter(others),
                         [](const Passage& passage) { return passage.person != 4; });
    const Rule rule{6, 2, 8};
    ASSERT_NE(counted(passages, rule, kVocabulary).digest(),
              counted(others, rule, kVocabulary).digest());
    expect_rows_of(others, counted(others, rule, kVocabulary));
}

TEST(Counting, Counts_persons_and_not_passages) {
    const Tokens words{1, 2, 3};
    const Rule rule{3, 2, 8};
    EXPECT_TRUE(counted({{0, words}, {0, words}, {0, words}}, rule, 4).rows(Tokens{1}).empty());
    const auto rows = counted({{0, words}, {0, words}, {1, words}}, rule, 4).rows(Tokens{1});
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].entries.at(0).count, 3u);
}

TEST(Counting, What_too_few_wrote_leaves_its_size_and_no_word) {
    const Rule rule{3, 2, 8};
    const Memory memory = counted({{0, {1, 2}}, {1, {1, 2}}, {0, {1, 3}}, {0, {1, 3}}}, rule, 5);
    const auto rows = memory.rows(Tokens{1});
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].total, 4u);
    EXPECT_EQ(rows[0].types, 2u);
    EXPECT_EQ(rows[0].kept, 2u);
    ASSERT_EQ(rows[0].entries.size(), 1u);
    EXPECT_EQ(rows[0].entries[0].token, 2u);
    EXPECT_EQ(memory.digest(),
              counted({{0, {1, 2}}, {1, {1, 2}}, {0, {1, 4}}, {0, {1, 4}}}, rule, 5).digest())
        << "which word it was is not in the bytes";
}

TEST(Counting, No_sequence_reaches_over_the_end_of_a_passage) {
    const Memory memory = counted({{0, {1, 2}}, {0, {3, 1}}}, {6, 1, 8}, 4);
    EXPECT_EQ(memory.rows(Tokens{1, 2}).size(), 0u);
    EXPECT_EQ(memory.rows(Tokens{3}).size(), 1u);
}

TEST(Counting, Nobody_s_words_make_an_empty_memory) {
    const Memory memory = counted({}, {6, 2, 8}, kVocabulary);
    EXPECT_TRUE(memory.rows(Tokens{1}).empty());
    EXPECT_EQ(memory.digest(), counted({{0, {5}}}, {6, 2, 8}, kVocabulary).digest());
    EXPECT_NE(memory.digest(), counted({}, {6, 1, 8}, kVocabulary).digest());
}

}  // namespace
}  // namespace litura::memory
