#include "derive/turn.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

TEST(Turns, One_at_a_time_and_whoever_does_not_wait_is_told) {
    World world;
    const auto project = world.open();
    {
        const Turn turn = must(Turn::wait_for(*project));
        EXPECT_FALSE(must(Turn::if_free(*world.open())).has_value());
    }
    EXPECT_TRUE(must(Turn::if_free(*project)).has_value());
}

TEST(Turns, Long_work_gives_way_to_who_waits_and_is_not_taken_for_a_dead_process) {
    World world;
    const auto project = world.open(), other = world.open(), third = world.open();
    Turn turn = must(Turn::wait_for(*project));
    must(turn.give_way());
    std::atomic<bool> passed = false;
    const std::jthread waiting([&] {
        const Turn theirs = must(Turn::wait_for(*other));
        passed = true;
    });
    while (!must(Turn::is_wanted(*third))) std::this_thread::yield();
    EXPECT_FALSE(passed);
    must(turn.give_way());
    EXPECT_TRUE(passed);
    EXPECT_FALSE(must(Turn::if_free(*third)).has_value());
}

}  // namespace
}  // namespace litura::derive::testing
