// Secrets are gone where they were moved from. What must not compile is in tests/compile_fail.
#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

namespace litura {
namespace {

static_assert(!std::is_copy_constructible_v<SecretKey> && !std::is_copy_assignable_v<SecretKey>);
static_assert(!std::is_copy_constructible_v<PersonalText> &&
              !std::is_copy_assignable_v<PersonalText>);
static_assert(!std::is_convertible_v<PersonalText, std::string> &&
              !std::is_convertible_v<std::string, PersonalText>);

bool all_zero(ByteView bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

TEST(Secret, A_key_that_was_moved_is_zero_where_it_was) {
    std::array<std::uint8_t, SecretKey::kSize> bytes;
    bytes.fill(7);
    SecretKey first(bytes);
    const SecretKey second = std::move(first);
    EXPECT_TRUE(all_zero(first.reveal()));
    EXPECT_EQ(second.reveal()[31], 7);
    const SecretKey third = second.clone();
    EXPECT_TRUE(std::ranges::equal(second.reveal(), third.reveal()));
}

TEST(Secret, A_short_text_is_gone_from_the_place_it_was_moved_from) {
    PersonalText first("anna");
    const char* place = first.reveal().data();
    const PersonalText second = std::move(first);
    ASSERT_EQ(first.reveal().data(), place) << "a short text lies in the string itself";
    EXPECT_TRUE(all_zero({reinterpret_cast<const std::uint8_t*>(place), 4}));
    EXPECT_EQ(second.reveal(), "anna");
}

TEST(Secret, A_long_text_moves_and_leaves_nothing) {
    PersonalText first(std::string(1000, 'x'));
    PersonalText second;
    second = std::move(first);
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(second.clone().reveal(), std::string(1000, 'x'));
}

}  // namespace
}  // namespace litura
