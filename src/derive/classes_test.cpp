// A class action on a whole project: the model, the list on disk, the erasure of the members.
#include "derive/classes.hpp"

#include <gtest/gtest.h>

#include "derive/test_world.hpp"
#include "ledger/classes.hpp"

namespace litura::derive::testing {
namespace {

using ledger::Classes;
using ledger::RequestKind;

std::string list_of(const std::vector<int>& people) {
    const Digest salt = sha256("salt");
    std::string text = "salt " + salt.hex() + "\n";
    for (const int person : people)
        text += must(ledger::member_hash(salt, "forum", name_of(person))).hex() + "\n";
    return text;
}

ledger::ClassAction accept(World& world, RequestKind kind, const std::vector<int>& people) {
    const auto project = world.open();
    ledger::Terms terms;
    terms.entity = must(project->ledger().classes().add_entity(
                            {"", "Association", "AT", "no. 7", sha256("key")}))
                       .id;
    terms.kind = kind;
    terms.purpose = "model_training";
    const std::string list = list_of(people);
    const auto action = must(accept_class(*project, terms, bytes_of(list), {}));
    must(leave_out_barred(*project));
    return action;
}

std::vector<Post> without(const std::set<int>& people, int all) {
    std::vector<Post> posts = posts_of(all);
    std::erase_if(posts, [&](const Post& post) { return people.contains(post.person); });
    return posts;
}

TEST(ClassAction, Leaves_the_model_of_a_project_that_never_held_its_members) {
    World world;
    world.import(posts_of(24));
    const Digest before = world.derive().model;
    EXPECT_EQ(accept(world, RequestKind::objection, {1, 2, 7, 99}).represented, 3u);
    EXPECT_NE(world.visible()->model, before);
    const Derived after = world.derive();
    const auto other = World::like(world);
    other->import(without({1, 2, 7}, 24));
    EXPECT_EQ(other->derive().model, after.model);
    EXPECT_TRUE(world.verify().equal);
}

TEST(ClassAction, Reaches_who_is_imported_later) {
    World world;
    world.import(posts_of(8));
    accept(world, RequestKind::objection, {1, 9});
    world.import(without({0, 1, 2, 3, 4, 5, 6, 7}, 12));
    EXPECT_EQ(world.view().refused.at(ledger::Rule::class_unsettled), 8u);
    must(settle_classes(*world.open()));
    EXPECT_EQ(world.view().persons(), 10u);
    EXPECT_EQ(world.view().refused.at(ledger::Rule::class_represents), 4u);
}

TEST(ClassAction, Keeps_its_list_and_throws_one_away_that_nobody_names) {
    World world;
    world.import(posts_of(8));
    must(world.env().make_folders(world.paths().classes()));
    const Path stray = world.paths().classes() / sha256("stray").hex();
    must(world.env().write_file(stray, bytes_of("left by a killed command")));
    const auto action = accept(world, RequestKind::objection, {1});
    EXPECT_FALSE(world.env().exists(stray));
    EXPECT_TRUE(world.env().exists(world.paths().classes() / action.terms.list->hex()));
}

TEST(ClassAction, Of_erasure_destroys_member_by_member_and_can_be_asked_again) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const auto action = accept(world, RequestKind::erasure, {1, 4});
    EXPECT_EQ(world.count("SELECT count(*) FROM record"), 24);
    EXPECT_EQ(must(erase_members(*world.open(), action.id, "power of attorney")), 2u);
    EXPECT_EQ(world.count("SELECT count(*) FROM record"), 20);
    EXPECT_EQ(must(erase_members(*world.open(), action.id, "power of attorney")), 0u);
    const auto now = must(world.open()->ledger().classes().action(action.id));
    EXPECT_EQ(now.matched, 2u);
    EXPECT_EQ(now.erased, 2u);
    EXPECT_TRUE(must(world.open()->ledger().verify()).holds);
    const auto other = World::like(world);
    other->import(without({1, 4}, 12));
    EXPECT_EQ(other->derive().model, world.derive().model);
}

TEST(ClassAction, That_does_not_ask_for_erasure_destroys_nothing) {
    World world;
    world.import(posts_of(4));
    const auto action = accept(world, RequestKind::objection, {1});
    EXPECT_EQ(code_of(erase_members(*world.open(), action.id, "letter")), 2);
}

}  // namespace
}  // namespace litura::derive::testing
