// Results carry values and errors; a broken invariant ends the program.
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace litura {
namespace {

Result<int> half(int value) {
    if (value % 2 != 0) return Error{Code::bad_input, "odd", "", ""};
    return value / 2;
}

Result<int> quarter(int value) {
    const int once = TRY(half(value));
    return half(once);
}

Result<void> twice(int value) {
    TRY(half(value));
    TRY(quarter(value));
    return done();
}

TEST(Result, Try_passes_values_on_and_hands_errors_up) {
    EXPECT_EQ(half(8).value(), 4);
    EXPECT_TRUE(twice(8).ok());
    EXPECT_EQ(twice(6).error().message, "odd");
    EXPECT_EQ(twice(5).error().code, Code::bad_input);
}

TEST(Result, A_value_can_be_moved_out) {
    Result<std::unique_ptr<int>> held(std::make_unique<int>(7));
    EXPECT_EQ(*std::move(held).value(), 7);
}

TEST(ResultDeathTest, A_broken_invariant_ends_with_status_70) {
    EXPECT_EXIT(CHECK(1 + 1 == 3), ::testing::ExitedWithCode(70), "1 \\+ 1 == 3");
}

}  // namespace
}  // namespace litura
