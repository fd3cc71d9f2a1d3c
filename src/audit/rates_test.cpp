#include "audit/rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace litura::audit {
namespace {

std::vector<double> numbers(int first, int count, double step = 1) {
    std::vector<double> out;
    for (int index = 0; index < count; ++index) out.push_back(first + index * step);
    return out;
}

TEST(Separation, Of_one_and_the_same_is_chance) {
    const auto scores = numbers(0, 200);
    const Separation out = separate(scores, scores);
    EXPECT_DOUBLE_EQ(out.auc, 0.5);
    EXPECT_LT(out.auc_95[0], 0.5);
    EXPECT_GT(out.auc_95[1], 0.5);
    EXPECT_EQ(out.true_positive_rate, 0);
    EXPECT_LT(out.excess(), 0);
}

TEST(Separation, Of_what_lies_apart_is_complete) {
    const Separation out = separate(numbers(1000, 30), numbers(0, 100));
    EXPECT_EQ(out.auc, 1);
    EXPECT_EQ(out.true_positive_rate, 1);
    EXPECT_EQ(out.false_positive_rate, 0);
    EXPECT_NEAR(out.by_chance, 1.0 / 101, 1e-12);
    EXPECT_EQ(separate(numbers(-1000, 30), numbers(0, 100)).auc, 0);
}

TEST(Separation, A_tie_counts_half) {
    const std::vector<double> ones(10, 1.0);
    EXPECT_EQ(separate(ones, ones).auc, 0.5);
    EXPECT_EQ(separate(ones, ones).true_positive_rate, 0) << "the threshold itself is not above it";
}

TEST(Separation, The_threshold_lets_one_of_a_thousand_controls_pass) {
    const auto controls = numbers(0, 2000);
    const Separation out = separate(std::vector<double>{1996.5, 1997.5, 1998.5, 0}, controls);
    EXPECT_DOUBLE_EQ(out.false_positive_rate, 0.001);
    EXPECT_DOUBLE_EQ(out.true_positive_rate, 0.5);
    EXPECT_NEAR(out.by_chance, 3.0 / 2001, 1e-12);
}

TEST(Separation, The_interval_is_that_of_DeLong) {
    // Placements of members 0.25, 0.75, 1; of controls 1/3, 1/3, 2/3 (one above), worked by hand.
    const std::vector<double> members = {1.5, 3.5, 5}, controls = {1, 2, 3, 4};
    const Separation out = separate(members, controls);
    EXPECT_NEAR(out.auc, (0.25 + 0.75 + 1) / 3, 1e-12);
    // Variances of the means: ((5/12)^2 + (1/12)^2 + (4/12)^2) / 2 / 3 and, placements of controls
    // being the shares of members below them 0, 1/3, 1/3, 2/3: (1/9 + 0 + 0 + 1/9) / 3 / 4.
    const double variance = (25.0 + 1 + 16) / 144 / 6 + 2.0 / 9 / 12;
    EXPECT_NEAR(out.auc_95[0], out.auc - 1.959964 * std::sqrt(variance), 1e-12);
}

TEST(Separation, One_member_alone_says_little) {
    const Separation out = separate(std::vector<double>{50.5}, numbers(0, 100));
    EXPECT_LT(out.auc_95[0], 0.01);
    EXPECT_GT(out.auc_95[1], 0.99);
}

}  // namespace
}  // namespace litura::audit
