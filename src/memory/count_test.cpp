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

TEST(Counting, What_was_counted_is_what_the_reader_takes) {
    for (const Rule rule : {Rule{6, 2, 8}, Rule{3, 1, 1}}) {
        const auto passages = random_passages(40, 7, kVocabulary, 1);
        const Memory memory = counted(passages, rule, kVocabulary);
        EXPECT_TRUE(Memory::parse({memory.bytes().begin(), memory.bytes().end()}).ok());
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

/// The bytes after a change, by looking only at what it is about.
Digest recounted(const std::vector<Passage>& before, const std::vector<Passage>& after,
                 const Rule& rule, int threads = 1) {
    ThreadPool pool(threads);
    const Memory memory = counted(before, rule, kVocabulary);
    return recount(memory, plain::gathered(before), plain::gathered(after), pool).digest();
}

std::vector<Passage> without(const std::vector<Passage>& passages, std::uint32_t person) {
    std::vector<Passage> others;
    std::ranges::copy_if(passages, std::back_inserter(others),
                         [&](const Passage& passage) { return passage.person != person; });
    return others;
}

TEST_P(Rules, Who_left_or_came_is_out_or_in_as_if_counted_anew) {
    const Rule rule = GetParam();
    for (std::uint32_t seed = 1; seed < 12; ++seed) {
        const auto all = random_passages(5 * seed, 1 + seed, kVocabulary, seed);
        const Digest whole = counted(all, rule, kVocabulary).digest();
        for (std::uint32_t person = 0; person < 1 + seed; ++person) {
            const auto others = without(all, person);
            const Digest digest = counted(others, rule, kVocabulary).digest();
            EXPECT_EQ(recounted(all, others, rule, 1 + static_cast<int>(seed % 3)), digest);
            EXPECT_EQ(recounted(others, all, rule, 1 + static_cast<int>(seed % 3)), whole);
        }
    }
}

TEST_P(Rules, Many_changes_at_once_give_what_counting_anew_gives) {
    const Rule rule = GetParam();
    for (std::uint32_t seed = 1; seed < 30; ++seed) {
        const auto before = random_passages(30, 8, kVocabulary, seed);
        auto after = without(without(before, seed % 8), (seed + 3) % 8);
        const auto come = random_passages(6, 11, kVocabulary, seed + 100);
        after.insert(after.end(), come.begin(), come.end());
        if (!after.empty()) after[0].tokens.assign({1, 2, 3, seed % kVocabulary});
        for (Passage& passage : after)
            if (passage.person == 5) passage.person = 6;  // two accounts turn out to be one person
        EXPECT_EQ(recounted(before, after, rule), counted(after, rule, kVocabulary).digest());
        EXPECT_EQ(recounted(after, before, rule), counted(before, rule, kVocabulary).digest());
    }
}

TEST_P(Rules, Everybody_may_come_and_go) {
    const auto all = random_passages(30, 8, kVocabulary, 3);
    EXPECT_EQ(recounted({}, all, GetParam()), counted(all, GetParam(), kVocabulary).digest());
    EXPECT_EQ(recounted(all, {}, GetParam()), counted({}, GetParam(), kVocabulary).digest());
    EXPECT_EQ(recounted(all, all, GetParam()), counted(all, GetParam(), kVocabulary).digest());
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
