#include "audit/independence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace litura::audit {
namespace {

using Places = std::vector<std::size_t>;

double gain_of(std::span<const double> gains, std::size_t columns, const Places& places) {
    double sum = 0;
    for (std::size_t row = 0; row < places.size(); ++row) sum += gains[row * columns + places[row]];
    return sum;
}

/// By trying all of them.
double best_gain(std::span<const double> gains, std::size_t rows, std::size_t columns) {
    Places order(columns);
    std::iota(order.begin(), order.end(), std::size_t{0});
    double best = -1e9;
    do best = std::max(best, gain_of(gains, columns, Places(order.begin(), order.begin() + rows)));
    while (std::ranges::next_permutation(order).found);
    return best;
}

Vectors random_vectors(std::size_t rows, std::size_t width, unsigned seed) {
    std::mt19937 dice(seed);
    std::normal_distribution<float> normal;
    Vectors out{rows, std::vector<float>(rows * width)};
    for (float& value : out.values) value = normal(dice);
    return out;
}

Places counted(std::size_t count) {
    Places out(count);
    std::iota(out.begin(), out.end(), std::size_t{0});
    return out;
}

TEST(Assignment, None_of_all_is_better) {
    std::mt19937 dice(5);
    std::uniform_real_distribution<double> gain(-1, 1);
    for (const auto& [rows, columns] :
         {std::pair<std::size_t, std::size_t>{1, 1}, {3, 3}, {6, 6}, {3, 7}, {1, 5}}) {
        for (int again = 0; again < 30; ++again) {
            std::vector<double> gains(rows * columns);
            for (double& each : gains) each = gain(dice);
            const Places found = best_assignment(gains, columns);
            EXPECT_NEAR(gain_of(gains, columns, found), best_gain(gains, rows, columns), 1e-9);
            Places sorted = found;
            std::ranges::sort(sorted);
            EXPECT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << "a column has one row";
        }
    }
}

TEST(Matching, Rows_that_were_moved_scaled_and_shaken_are_found) {
    const Vectors a = random_vectors(40, 16, 1), noise = random_vectors(40, 16, 2);
    Places moved = counted(40);
    std::ranges::shuffle(moved, std::mt19937(3));
    Vectors b = a;
    for (std::size_t row = 0; row < 40; ++row)
        for (std::size_t at = 0; at < 16; ++at)
            b.values[moved[row] * 16 + at] = 3 * a.row(row)[at] + 0.5f * noise.row(row)[at];
    EXPECT_EQ(match_by_cosine(a, counted(40), b), moved);
    const Places some = {3, 17, 39};
    EXPECT_EQ(match_by_cosine(a, some, b), (Places{moved[3], moved[17], moved[39]}));
}

TEST(RankCorrelation, Is_one_for_one_order_and_minus_one_for_the_other) {
    const Places up = counted(50);
    const Places down(up.rbegin(), up.rend());
    EXPECT_DOUBLE_EQ(rank_correlation(up, up).rho, 1);
    EXPECT_LT(rank_correlation(up, up).log_p, std::log(1e-11));
    EXPECT_DOUBLE_EQ(rank_correlation(up, down).rho, -1);
    EXPECT_NEAR(rank_correlation(up, down).log_p, 0, 1e-9);
    EXPECT_EQ(rank_correlation(up, Places(50, 7)).log_p, 0) << "one value tells nothing";
}

TEST(RankCorrelation, Ties_have_their_mean_rank) {
    EXPECT_NEAR(rank_correlation(Places{1, 2, 2, 3}, Places{1, 2, 3, 4}).rho, 0.948683298, 1e-9);
}

TEST(RankCorrelation, Of_chance_is_below_five_per_cent_in_five_per_cent) {
    std::mt19937 dice(9);
    const Places up = counted(64);
    int below = 0;
    for (int again = 0; again < 2000; ++again) {
        Places shuffled = up;
        std::ranges::shuffle(shuffled, dice);
        below += rank_correlation(up, shuffled).log_p < std::log(0.05);
    }
    EXPECT_NEAR(below, 100, 35);
}

TEST(Combination, Is_Fishers) {
    EXPECT_EQ(combine({}), 0);
    EXPECT_NEAR(combine(std::vector<double>{std::log(0.03)}), std::log(0.03), 1e-12);
    // p = 0.1 twice: 0.01 * (1 - ln 0.01).
    const double expected = 0.01 * (1 - std::log(0.01));
    EXPECT_NEAR(combine(std::vector<double>(2, std::log(0.1))), std::log(expected), 1e-12);
    EXPECT_LT(combine(std::vector<double>(8, -900.0)), -7000) << "smaller than a double can hold";
}

}  // namespace
}  // namespace litura::audit
