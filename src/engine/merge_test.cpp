#include "engine/merge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/test_models.hpp"

namespace litura::engine {
namespace {

using namespace testing;

std::vector<float> random_values(std::size_t count, std::uint32_t seed, float size) {
    std::vector<float> values(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        values[i] =
            (static_cast<float>(philox({i, 0, 0, 0}, {seed, 1})[0] >> 8) * 0x1p-23f - 1.0f) * size;
    }
    return values;
}

TEST(Merge, The_order_of_the_shards_changes_nothing) {
    const std::vector<float> start = random_values(5000, 0, 1.0f);
    std::vector<std::vector<float>> ends;
    for (std::uint32_t shard = 1; shard <= 7; ++shard)
        ends.push_back(random_values(5000, shard, 1.1f));
    std::vector<std::size_t> order(ends.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<float> expected;
    for (int round = 0; round < 40; ++round) {
        Merge merge(start);
        for (const std::size_t shard : order)
            ASSERT_TRUE(merge.add(ends[shard], 1000 + 977 * shard).ok());
        const std::vector<float> merged = merge.finish();
        if (round == 0) expected = merged;
        EXPECT_EQ(digest_of(merged), digest_of(expected));
        std::next_permutation(order.begin(), order.end());
    }
}

TEST(Merge, Nobody_gives_the_start_bit_for_bit) {
    const std::vector<float> start = {-0.0f, 1.0f, std::numeric_limits<float>::denorm_min()};
    EXPECT_EQ(digest_of(Merge(start).finish()), digest_of(start));
}

TEST(Merge, Is_the_weighted_mean) {
    const std::vector<float> start = {1.0f}, up = {2.0f}, down = {0.5f};
    Merge merge(start);
    ASSERT_TRUE(merge.add(up, 3).ok());
    ASSERT_TRUE(merge.add(down, 1).ok());
    EXPECT_EQ(merge.finish()[0], 1.0f + (3.0f * 1.0f - 0.5f) / 4.0f);
}

TEST(Merge, Rounds_to_the_nearest_even_multiple_of_two_to_the_minus_28) {
    const std::vector<float> start = {0.0f, 0.0f, 0.0f};
    const std::vector<float> end = {0x1p-29f, 0x1.8p-28f, -0x1p-29f};
    Merge merge(start);
    ASSERT_TRUE(merge.add(end, 1).ok());
    const std::vector<float> merged = merge.finish();
    EXPECT_EQ(merged[0], 0.0f);
    EXPECT_EQ(merged[1], 0x1p-27f);
    EXPECT_EQ(merged[2], 0.0f);
}

TEST(Merge, Holds_at_its_limits_and_fails_beyond) {
    const std::vector<float> start = {0.0f, 0.0f};
    constexpr std::uint64_t kMost = std::uint64_t{1} << 30;
    Merge full(start);
    const std::vector<float> far = {16.0f, -16.0f};
    ASSERT_TRUE(full.add(far, kMost).ok());
    EXPECT_EQ(full.finish(), far);
    EXPECT_EQ(full.add(far, 1).error().code, Code::bad_input);

    for (const float bad :
         {std::nextafter(16.0f, 17.0f), -17.0f, std::numeric_limits<float>::infinity(),
          std::numeric_limits<float>::quiet_NaN()}) {
        Merge merge(start);
        EXPECT_EQ(merge.add(std::vector<float>{0.0f, bad}, 1).error().code, Code::bad_input) << bad;
    }
}

}  // namespace
}  // namespace litura::engine
