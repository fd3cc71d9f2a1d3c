#include "service/clock.hpp"

#include "base/test_clock.hpp"
#include "service/status.hpp"
#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::on;

/// A project on the machine's clock, a toy in it, and nobody.
struct RealWorld {
    TestFolder folder;
    ClockEnv env{on("2026-01-20")};
    std::shared_ptr<derive::testing::ToySwitches> switches =
        std::make_shared<derive::testing::ToySwitches>();

    RealWorld() {
        const Path base = folder.path() / "base";
        const derive::testing::ToyTrainer trainer(switches);
        must(trainer.write_model(env, base, trainer.start_weights()));
        must(derive::create_project(env, {folder.path() / "project", {}, base, {}}));
        must(env.write_file(derive::Paths(folder.path() / "project").settings(),
                            bytes_of(derive::testing::kRecipe)));
    }
    std::unique_ptr<Session> session() {
        return must(Session::open(env, folder.path() / "project", {}, Observer::none(),
                                  derive::testing::toy_factory(switches)));
    }
};

TEST(ConfirmClock, AfterALeapTimeStandsStillUntilAnOperatorSaysTheDay) {
    RealWorld world;
    world.env.moment = on("2026-06-01");
    const auto session = world.session();
    const Status leapt = must(status(*session));
    ASSERT_TRUE(leapt.leap.has_value());
    EXPECT_EQ(leapt.leap->machine, on("2026-06-01"));
    EXPECT_EQ(to_json(leapt)["leap"]["machine"], "2026-06-01T00:00:00Z");
    EXPECT_EQ(leapt.now, on("2026-01-20"));

    EXPECT_EQ(code_of(confirm_clock(*session, "2026-05-31")), 2) << "the machine says another day";
    EXPECT_EQ(must(session->now()), on("2026-01-20")) << "nothing came of it";
    const ConfirmedClock confirmed = must(confirm_clock(*session, "2026-06-01"));
    EXPECT_EQ(confirmed.stood, on("2026-01-20"));
    EXPECT_EQ(confirmed.now, on("2026-06-01"));
    EXPECT_TRUE(to_json(must(status(*session)))["leap"].is_null());
}

TEST(ConfirmClock, TakesADayAndNothingElse) {
    RealWorld world;
    const auto session = world.session();
    for (const char* day : {"", "today", "2026-02-30", "2026-01-20T00:00:00Z", "20.1.2026"})
        EXPECT_EQ(code_of(confirm_clock(*session, day)), 2) << day;
}

TEST(ConfirmClock, IsRefusedOnATestProject) {
    derive::testing::World world;
    EXPECT_EQ(code_of(confirm_clock(*session_of(world), world.today)), 3);
}

}  // namespace
}  // namespace litura::service
