#include "service/models.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::Reuse;
using derive::testing::World;
using ledger::RequestKind;

TEST(Models, A_plan_computes_nothing_and_names_what_deriving_will) {
    World world;
    world.import(derive::testing::posts_of(8));
    const auto session = session_of(world);
    const DerivePlan before = must(plan(*session));
    EXPECT_EQ(before.reused, 0u);
    EXPECT_EQ(before.tokens_now, before.tokens_fresh);
    EXPECT_EQ(before.persons, 8u);
    EXPECT_FALSE(before.costs.empty());
    const derive::Derived derived = must(derive_model(*session, Reuse::yes, 1));
    EXPECT_EQ(derived.nodes_computed, before.missing);
    EXPECT_EQ(derived.tokens_now, before.tokens_now);
    EXPECT_EQ(must(plan(*session)).tokens_now, 0u);
    EXPECT_EQ(to_json(before)["tokens_trained"]["now"], before.tokens_now);
}

TEST(Models, Recomputed_from_nothing_it_is_the_same) {
    World world;
    world.import(derive::testing::posts_of(8));
    const auto session = session_of(world);
    const derive::Derived derived = must(derive_model(*session, Reuse::yes, 1));
    const derive::Verified verified = must(verify(*session, {}, 1));
    EXPECT_TRUE(verified.equal);
    EXPECT_EQ(verified.model, derived.model);
    EXPECT_TRUE(to_json(verified)["first_difference"].is_null());
}

TEST(Models, A_node_whose_file_is_lost_is_missing) {
    World world;
    world.import(derive::testing::posts_of(8));
    world.derive();
    const auto missing = [&] {
        return std::ranges::count(must(graph(*session_of(world))).nodes, "missing",
                                  &GraphNode::state);
    };
    EXPECT_EQ(missing(), 0);
    must(world.system().remove(world.node_folders().at(0)));
    EXPECT_EQ(missing(), 1);
}

TEST(Models, The_manifest_says_who_is_left_out_for_now_and_its_decisions_hold) {
    World world;
    EXPECT_EQ(code_of(manifest(*session_of(world))), 3) << "there is no model";
    EXPECT_EQ(code_of(check_manifest(*session_of(world), {})), 3);
    world.import(derive::testing::posts_of(40));  // nobody is alone in a shard
    world.derive();
    world.request(RequestKind::objection, 1);
    const auto session = session_of(world);
    const ManifestView view = must(manifest(*session));
    EXPECT_EQ(view.records.size(), 78u) << "39 people of 40";
    EXPECT_GT(std::ranges::count(view.records, true, &ManifestView::Record::deferred), 0);
    const Json json = to_json(view);
    EXPECT_EQ(json["records"].size(), view.records.size());
    const CheckedManifest checked = must(check_manifest(*session, view.root));
    EXPECT_TRUE(checked.check.holds);
    EXPECT_EQ(checked.root, view.root);
}

}  // namespace
}  // namespace litura::service
