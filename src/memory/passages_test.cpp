// The passages' file: what was written reads back; anything else is refused.
#include "memory/passages.hpp"

#include <gtest/gtest.h>

#include "memory/plain_memory.hpp"

namespace litura::memory {
namespace {

Passages sample() {
    Passages passages = plain::gathered(plain::random_passages(20, 5, 300, 1));
    passages.origin = sha256("an origin");
    return passages;
}

TEST(PassagesFile, What_was_written_reads_back) {
    const Passages written = sample();
    const Passages read = Passages::parse(written.bytes()).value();
    EXPECT_EQ(read.origin, written.origin);
    EXPECT_EQ(read.tokens(), written.tokens());
    EXPECT_EQ(read.bytes(), written.bytes());
    ASSERT_EQ(read.persons(), written.persons());
    for (std::size_t person = 0; person < read.persons(); ++person) {
        EXPECT_TRUE(std::ranges::equal(read.stream_of(person), written.stream_of(person)));
        const auto records = read.records_of(person), expected = written.records_of(person);
        ASSERT_EQ(records.size(), expected.size());
        for (std::size_t at = 0; at < records.size(); ++at)
            EXPECT_EQ(records[at].name, expected[at].name);
    }
}

TEST(PassagesFile, A_record_taken_over_is_as_it_was) {
    const Passages from = sample();
    Passages into;
    into.origin = from.origin;
    for (std::size_t person = 0; person < from.persons(); ++person) {
        into.begin_person();
        for (const auto& record : from.records_of(person)) into.add(from, record);
    }
    EXPECT_EQ(into.bytes(), from.bytes());
    EXPECT_EQ(into.tokens(), from.tokens());
}

TEST(PassagesFile, Holders_are_the_persons_and_records_with_the_words) {
    Passages passages;
    for (const auto& records : {std::vector<std::vector<std::uint32_t>>{{1, 2, 3}, {7, 1, 2}},
                                {{1, 3, 2}},
                                {{0, 1, 2}}}) {
        passages.begin_person();
        for (const auto& tokens : records) {
            passages.begin_record(sha256(bytes_of_values<std::uint32_t>(tokens)));
            passages.add(tokens);
        }
    }
    const std::vector<std::uint32_t> words{1, 2}, more{2, 3, 7}, none{2, 1};
    const auto holders = passages.holders(words);
    ASSERT_EQ(holders.size(), 2u);
    EXPECT_EQ(holders[0].size(), 2u);
    EXPECT_EQ(holders[1].size(), 1u);
    EXPECT_TRUE(passages.holders(more).empty()) << "not over the end of a passage";
    EXPECT_TRUE(passages.holders(none).empty());
}

TEST(PassagesFile, A_cut_one_and_one_with_more_behind_are_none) {
    Bytes whole = sample().bytes();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(Passages::parse(ByteView(whole).first(size)).error().code, Code::broken) << size;
    whole.push_back(0);
    EXPECT_FALSE(Passages::parse(whole).ok());
}

}  // namespace
}  // namespace litura::memory
