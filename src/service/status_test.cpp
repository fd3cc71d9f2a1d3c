#include "service/status.hpp"

#include <gtest/gtest.h>

#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::World;
using ledger::RequestKind;

TEST(Status, NamesTheModelTheClocksAndTheNextDue) {
    World world;
    world.import(derive::testing::posts_of(8));
    world.derive();
    world.request(RequestKind::objection, 1);
    world.today = "2024-07-20";
    world.request(RequestKind::access, 2);
    world.today = "2024-07-29";
    const Status now = must(status(*session_of(world)));
    EXPECT_TRUE(now.test_clock);
    ASSERT_TRUE(now.model.has_value());
    EXPECT_FALSE(now.model->stale);
    EXPECT_EQ(now.model->visible.suppressed, now.model->visible.deferred.records > 0);
    EXPECT_EQ(now.clocks.most_urgent, (std::vector<std::string>{"q-1", "q-2"}));
    EXPECT_EQ(now.clocks.at_risk, 1u);
    EXPECT_EQ(now.clocks.overdue, 0u);
    EXPECT_EQ(now.clocks.oldest_open_days, 28);
    EXPECT_EQ(now.clocks.ages, (std::array<std::uint64_t, 4>{0, 1, 1, 0}));
    const Json json = to_json(now);
    EXPECT_EQ(json["requests"].size(), 2u);
    EXPECT_EQ(json["deferred"]["records"], now.model->visible.deferred.records);
}

TEST(Status, OfAnEmptyProjectHasNoModelAndNothingDue) {
    World world;
    const Status now = must(status(*session_of(world)));
    EXPECT_FALSE(now.model.has_value());
    EXPECT_EQ(now.clocks.open, 0u);
    EXPECT_TRUE(to_json(now)["clocks"]["oldest_open_days"].is_null());
}

TEST(Status, WhatIsPublicTellsNobodysRequest) {
    World world;
    world.import(derive::testing::posts_of(12));
    for (int person = 0; person < 9; ++person) world.request(RequestKind::objection, person);
    const std::string nine = compact(to_json(must(public_status(*session_of(world)))));
    const PublicStatus few = must(public_status(*session_of(world)));
    EXPECT_EQ(few.unresolved, 0u);
    EXPECT_FALSE(few.waiting.has_value());
    EXPECT_EQ(few.filed.at("objection"), 0u);
    world.request(RequestKind::objection, 9);
    const PublicStatus ten = must(public_status(*session_of(world)));
    EXPECT_EQ(ten.unresolved, 10u);
    ASSERT_TRUE(ten.waiting.has_value());
    world.request(RequestKind::objection, 10);
    EXPECT_EQ(compact(to_json(must(public_status(*session_of(world))))), compact(to_json(ten)));
    EXPECT_NE(compact(to_json(ten)), nine);
}

}  // namespace
}  // namespace litura::service
