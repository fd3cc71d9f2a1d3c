// Each act that an order may forbid, forbidden alone: it is refused where it happens, whatever
// command came there. Serving and publishing are refused in engine/model_test.cpp and
// release/gate_test.cpp.
#include <gtest/gtest.h>

#include "derive/test_world.hpp"
#include "ledger/orders.hpp"

namespace litura::derive::testing {
namespace {

TEST(Enforcement, An_act_that_is_forbidden_alone_does_not_happen_and_goes_on_after_the_lifting) {
    for (const Operation act : {Operation::step, Operation::write, Operation::promote}) {
        const std::string name(ledger::to_text(act));
        World world;
        world.import(posts_of(8));
        must(world.open()->ledger().orders().stop({"a court", "case 1"}, {act}));
        for (int restart = 0; restart < 2; ++restart)
            EXPECT_EQ(code_of(world.try_derive()), 3) << name;
        EXPECT_FALSE(world.visible().has_value()) << name;
        EXPECT_EQ(world.toy().steps == 0, act == Operation::step) << name;
        EXPECT_EQ(world.node_folders().empty(), act != Operation::promote) << name;
        must(world.open()->ledger().orders().lift("o-1", "J. Doe", "R. Roe"));
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
    must(project->ledger().orders().stop({"a court", "case 1"}, {Operation::promote},
                                         manifest.model));
    EXPECT_EQ(code_of(promote(*project, manifest, false)), 3);
    must(project->ledger().orders().stop({"a court", "case 2"}, {Operation::promote}));
    EXPECT_EQ(code_of(promote(*project, manifest, false)), 3);
}

TEST(Enforcement, Without_a_ledger_nothing_is_permitted) {
    World world;
    world.import(posts_of(8));
    const auto project = world.open();
    std::filesystem::rename(world.paths().database(), world.folder() / "away.db");
    for (const Operation act : ledger::kEveryOperation)
        EXPECT_EQ(code_of(project->permit().check(act)), 3);
    EXPECT_EQ(code_of(litura::derive::derive(*project, Reuse::yes, 2)), 3);
    EXPECT_EQ(world.toy().steps, 0u);
}

TEST(Enforcement, A_project_made_like_a_stopped_one_is_stopped) {
    World world;
    const auto stop = must(world.open()->ledger().orders().stop(
        {"DPA", "1/2026"}, {Operation::step, Operation::serve}, {}));
    const auto lifted =
        must(world.open()->ledger().orders().stop({"DPA", "2/2026"}, ledger::kEveryOperation, {}));
    must(world.open()->ledger().orders().lift(lifted.id, "one", "two"));
    const auto like = World::like(world);
    const auto project = like->open();
    EXPECT_EQ(code_of(project->permit().check(Operation::step)), 3);
    EXPECT_EQ(code_of(project->permit().check(Operation::serve)), 3);
    EXPECT_EQ(code_of(project->permit().check(Operation::publish)), 0) << "that one was lifted";
}

TEST(Enforcement, Weights_inside_of_a_project_are_known_by_their_path) {
    World world;
    world.import(posts_of(4));
    const Path model = world.derive().folder;
    EXPECT_EQ(project_around(model), std::filesystem::canonical(world.folder()));
    EXPECT_EQ(project_around(model / ".." / "."), std::filesystem::canonical(world.folder()));
    EXPECT_EQ(project_around(world.folder()), std::nullopt);
    EXPECT_EQ(project_around("/"), std::nullopt);
}

}  // namespace
}  // namespace litura::derive::testing
