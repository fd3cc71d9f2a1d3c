// Each act that an order may forbid, forbidden alone: it is refused where it happens, whatever
// command came there. Serving and publishing are refused in engine/model_test.cpp and
// release/gate_test.cpp.
#include <gtest/gtest.h>

#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

TEST(Enforcement, An_act_that_is_forbidden_alone_does_not_happen_and_goes_on_after_the_lifting) {
    for (const Act act : {Act::step, Act::write, Act::promote}) {
        const std::string name(ledger::to_text(act));
        World world;
        world.import(posts_of(8));
        must(world.open()->ledger().stop({"a court", "case 1"}, {act}));
        for (int restart = 0; restart < 2; ++restart)
            EXPECT_EQ(code_of(world.try_derive()), 3) << name;
        EXPECT_FALSE(world.visible().has_value()) << name;
        EXPECT_EQ(world.toy().steps == 0, act == Act::step) << name;
        EXPECT_EQ(world.node_folders().empty(), act != Act::promote) << name;
        must(world.open()->ledger().lift("o-1", "J. Doe", "R. Roe"));
        const auto undisturbed = World::like(world);
        undisturbed->import(posts_of(8));
        EXPECT_EQ(world.derive().model, undisturbed->derive().model) << name;
    }
}

TEST(Enforcement, A_model_is_not_made_visible_by_whoever_has_it_already) {
    World world;
    world.import(posts_of(8));
    world.derive();
    const Manifest manifest = world.manifest();
    const auto project = world.open();
    must(project->ledger().stop({"a court", "case 1"}, {Act::promote}, manifest.model));
    EXPECT_EQ(code_of(promote(*project, manifest, false)), 3);
    must(project->ledger().stop({"a court", "case 2"}, {Act::promote}));
    EXPECT_EQ(code_of(promote(*project, manifest, false)), 3);
}

TEST(Enforcement, Without_a_ledger_nothing_is_permitted) {
    World world;
    world.import(posts_of(8));
    const auto project = world.open();
    std::filesystem::rename(world.paths().database(), world.folder() / "away.db");
    for (const Act act : ledger::kEveryAct) EXPECT_EQ(code_of(project->permit().check(act)), 3);
    EXPECT_EQ(code_of(litura::derive::derive(*project, Reuse::yes, 2)), 3);
    EXPECT_EQ(world.toy().steps, 0u);
}

}  // namespace
}  // namespace litura::derive::testing
