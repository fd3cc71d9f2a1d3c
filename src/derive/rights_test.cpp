// What a request does to bars, nodes, records and the visible model, alone and while a derivation
// runs.
#include "derive/rights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "derive/measure.hpp"
#include "derive/test_world.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;
using ledger::RequestState;

std::vector<Post> without(std::vector<Post> posts, int person) {
    std::erase_if(posts, [&](const Post& post) { return post.person == person; });
    return posts;
}

bool holds(const Manifest& manifest, const Digest& person) {
    return std::ranges::any_of(manifest.used.samples,
                               [&](const Sample& sample) { return sample.person == person; });
}

/// Calls `act` at the n-th optimizer step of a world's trainers, once.
void at_step(World& world, std::uint64_t step, std::function<void()> act) {
    auto count = std::make_shared<std::atomic<std::uint64_t>>(0);
    world.toy().on_step = [count, step, act = std::move(act)] {
        if (++*count == step) act();
    };
}

TEST(Suppression, Is_a_derivation_of_what_is_not_deferred) {
    const std::vector<Post> posts = posts_of(24);
    for (const int person : {0, 1, 2, 3, 5}) {
        World world;
        world.import(posts);
        world.derive();
        const std::uint64_t trained = world.toy().steps;
        const Exercised out = world.request(RequestKind::objection, person, false);
        ASSERT_TRUE(out.suppressed.has_value());
        EXPECT_EQ(world.toy().steps, trained);
        EXPECT_EQ(out.suppressed->tokens_now, 0u);
        EXPECT_TRUE(world.verify().equal);
        const Manifest manifest = world.manifest();
        EXPECT_FALSE(holds(manifest, world.person(person)));
        EXPECT_EQ(manifest.used.samples.size() + manifest.deferred.size(), posts.size() - 2);

        std::vector<Post> used;
        for (const Post& post : posts) {
            const Digest record = must(world.open()->corpus().find(PersonalText(post.id))).record;
            if (std::ranges::count(manifest.used.samples, record, &Sample::record) != 0)
                used.push_back(post);
        }
        const auto other = World::like(world);
        other->import(used);
        EXPECT_EQ(other->derive().model, world.visible()->model);
        EXPECT_EQ(other->model_bytes(), world.model_bytes());
    }
}

TEST(Suppression, Is_not_pulled_down_by_people_just_imported) {
    World world;
    world.import(posts_of(16));
    world.derive();
    std::vector<Post> newcomers = posts_of(60);
    std::erase_if(newcomers, [](const Post& post) { return post.person < 16; });
    {
        const auto other = World::like(world);
        other->import(posts_of(16));
        other->derive();
        other->request(RequestKind::objection, 5, false);
        world.import(newcomers);
        world.request(RequestKind::objection, 5, false);
        EXPECT_EQ(world.visible()->model, other->visible()->model);
    }
    EXPECT_TRUE(world.visible()->suppressed);
    EXPECT_TRUE(world.verify().equal);
}

TEST(Suppression, Freshly_imported_people_are_used_where_nodes_exist) {
    World world;
    world.import(posts_of(16));
    world.derive();
    int person = 0;  // whoever is alone in a last slice leaves without deferring anybody
    while (world.request(RequestKind::objection, person, false).suppressed->deferred == 0) ++person;
    EXPECT_TRUE(world.visible()->suppressed);
    const Derived full = world.derive();
    EXPECT_FALSE(world.visible()->suppressed);
    EXPECT_EQ(world.visible()->model, full.model);
}

TEST(Restriction, Lifting_it_gives_the_same_digest_and_trains_nothing) {
    for (const int person : {0, 1, 6}) {
        World world;
        world.import(posts_of(16));
        const Digest before = world.derive().model;
        const std::uint64_t steps = world.toy().steps;
        world.request(RequestKind::restriction, person, false);
        EXPECT_NE(world.visible()->model, before);
        const Exercised lifted = world.request(RequestKind::lift_restriction, person, true);
        EXPECT_EQ(world.visible()->model, before);
        EXPECT_FALSE(lifted.suppressed->suppressed);
        EXPECT_EQ(world.derive().tokens_now, 0u);
        EXPECT_EQ(world.toy().steps, steps);
    }
}

TEST(Restriction, Lifting_after_a_derivation_without_the_person_trains_nothing_either) {
    World world;
    world.import(posts_of(16));
    const Digest before = world.derive().model;
    world.request(RequestKind::restriction, 2, false);
    EXPECT_NE(world.derive().model, before);
    const std::uint64_t steps = world.toy().steps;
    world.request(RequestKind::lift_restriction, 2, true);
    EXPECT_EQ(world.derive().model, before);
    EXPECT_EQ(world.toy().steps, steps);
}

/// Train nodes of the second stage that saw the person, or were trained from one that did.
std::vector<Key> nodes_with(World& world, const Digest& person) {
    const auto project = world.open();
    const View view = must(project->view());
    const Graph graph = must(project->graph(view));
    std::vector<Key> keys;
    for (const Chain& chain : graph.groups[1].chains) {
        bool dirty = false;
        for (const std::size_t slice : chain.slices) {
            const Node& node = graph.nodes[slice];
            dirty = dirty || std::ranges::any_of(node.samples, [&](std::size_t at) {
                        return view.samples[at].person == person;
                    });
            if (dirty) keys.push_back(node.key);
        }
    }
    CHECK(!keys.empty());
    return keys;
}

TEST(Erasure, Leaves_no_node_model_or_row_behind) {
    World world;
    world.import(posts_of(16));
    world.derive();
    const Digest person = world.person(6);
    const std::vector<Key> theirs = nodes_with(world, person);
    const std::size_t folders = world.node_folders().size();
    const Exercised out = world.request(RequestKind::erasure, 6);
    EXPECT_EQ(out.request.state, RequestState::destroyed);
    EXPECT_TRUE(out.request.destroyed_at.has_value());
    for (const Key& key : theirs) {
        EXPECT_FALSE(
            std::filesystem::exists(world.paths().store() / key.hex().substr(0, 2) / key.hex()));
        EXPECT_EQ(must(node_row(world.open()->db, key))->state, NodeState::purged);
    }
    EXPECT_EQ(world.node_folders().size(), folders - theirs.size());
    EXPECT_EQ(world.models(), 1u);
    EXPECT_EQ(world.count(
                  "SELECT count(*) FROM influence WHERE record NOT IN (SELECT record FROM record)"),
              0);
    EXPECT_EQ(
        world.count(
            "SELECT count(*) FROM token_count WHERE wording NOT IN (SELECT wording FROM record)"),
        0);
    EXPECT_TRUE(world.verify().equal);
    world.derive();
    EXPECT_EQ(must(world.open()->ledger().requests().read(out.request.id)).state,
              RequestState::derived);
}

TEST(Erasure, Reaches_what_was_trained_before_another_author_used_the_same_id) {
    for (const auto& [first, second] : {std::pair{5, 6}, std::pair{6, 5}}) {
        const Post theirs{first, "one id", "words of the first", "2024-02-03"};
        const Post others{second, "one id", "words of the second", "2024-02-04"};
        std::vector<Post> posts = posts_of(12);
        posts.push_back(theirs);
        World world;
        world.import(posts);
        world.derive();
        const std::vector<Key> influenced = nodes_with(world, world.person(first));
        world.import({others});
        world.derive();
        world.request(RequestKind::erasure, first);
        for (const Key& key : influenced)
            EXPECT_EQ(must(node_row(world.open()->db, key))->state, NodeState::purged);
        posts.push_back(others);
        const auto other = World::like(world);
        other->import(without(posts, first));
        EXPECT_EQ(world.derive().model, other->derive().model);
        EXPECT_EQ(world.model_bytes(), other->model_bytes());
    }
}

TEST(Erasure, Waits_for_verification_but_suppresses_at_once) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const Digest person = world.person(5);
    const Exercised asked = world.request(RequestKind::erasure, 5, false);
    EXPECT_EQ(asked.request.state, RequestState::accepted);
    EXPECT_FALSE(asked.request.destroyed_at.has_value());
    EXPECT_FALSE(holds(world.manifest(), person));
    EXPECT_TRUE(must(world.open()->keys().find(person)).has_value());
    const Exercised verified = must(verify_request(*world.open(), asked.request.id, "letter"));
    EXPECT_EQ(verified.request.state, RequestState::destroyed);
    EXPECT_FALSE(must(world.open()->keys().find(person)).has_value());
}

/// A process killed between writing a model and showing it leaves a folder that nobody sees.
TEST(Erasure, Takes_models_that_were_never_shown_too) {
    World world;
    world.import(posts_of(8));
    world.derive();
    std::filesystem::create_directories(world.paths().models() / std::string(64, 'a'));
    must(world.open()->db.execute("DELETE FROM visible"));
    world.request(RequestKind::erasure, 5);
    EXPECT_EQ(world.models(), 0u);
}

TEST(Erasure, Overtakes_a_rectification_that_was_waiting) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const std::string waiting = must(world.try_rectify(5, "a5", "never to be", false)).request.id;
    world.request(RequestKind::erasure, 5);
    EXPECT_EQ(must(world.open()->ledger().requests().read(waiting)).state, RequestState::destroyed);
    (void)verify_request(*world.open(), waiting, "letter");
    const auto other = World::like(world);
    other->import(without(posts_of(12), 5));
    EXPECT_EQ(world.derive().model, other->derive().model);
}

TEST(Rectification, What_cannot_be_carried_out_is_not_accepted) {
    World world;
    world.import(posts_of(8));
    world.derive();
    const auto before = world.visible()->model;
    EXPECT_EQ(code_of(world.try_rectify(5, "a5", "first words of 5")), 2);
    EXPECT_EQ(code_of(world.try_rectify(5, "a5", "> only a quotation")), 2);
    EXPECT_EQ(code_of(world.try_rectify(5, "a6", "somebody else's record")), 2);
    EXPECT_EQ(code_of(world.try_rectify(5, "a5", std::string(1 << 20, 'x'))), 2);
    EXPECT_TRUE(must(world.open()->ledger().requests().all()).empty());
    EXPECT_EQ(world.visible()->model, before);
}

TEST(Rectification, Destroys_the_nodes_that_saw_the_old_wording) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const Digest record = must(world.open()->corpus().find(PersonalText("a5"))).record;
    const std::string count =
        "SELECT count(*) FROM influence WHERE record = x'" + record.hex() + "'";
    EXPECT_GT(world.count(count), 0);
    must(world.try_rectify(5, "a5", "right at last"));
    EXPECT_EQ(world.count(count), 0);
    EXPECT_GT(world.count("SELECT count(*) FROM node WHERE state = 'purged'"), 0);
    world.import(posts_of(12));
    EXPECT_EQ(must(world.open()->corpus().effective_text(record)).reveal(), "right at last");
}

TEST(Rectification, An_import_of_the_corrected_text_does_not_keep_it_from_being_finished) {
    for (const std::string imported : {"right at last", "a third version"}) {
        std::vector<Post> posts = posts_of(12);
        World world;
        world.import(posts);
        world.derive();
        const Digest record = must(world.open()->corpus().find(PersonalText("a5"))).record;
        const std::string wrong_nodes =
            "SELECT count(*) FROM influence WHERE record = x'" + record.hex() + "'";
        EXPECT_GT(world.count(wrong_nodes), 0);
        const std::string asked =
            must(world.try_rectify(5, "a5", "right at last", false)).request.id;
        world.import({{5, "a5", imported, "2024-02-02"}});
        EXPECT_EQ(must(world.open()->corpus().effective_text(record)).reveal(), imported);
        EXPECT_EQ(must(verify_request(*world.open(), asked, "letter")).request.state,
                  RequestState::destroyed);
        EXPECT_EQ(world.count(wrong_nodes), 0);
        world.import(posts);
        EXPECT_EQ(must(world.open()->corpus().effective_text(record)).reveal(), "right at last");
        world.derive();
        EXPECT_EQ(must(world.open()->ledger().requests().read(asked)).state, RequestState::derived);
    }
}

TEST(Link, Deals_nobody_again_and_an_erasure_then_equals_a_project_that_held_neither_account) {
    const std::vector<Post> posts = posts_of(16);
    World world;
    world.import(posts);
    const Digest before = world.derive().model;
    const Digest person = world.person(5);
    must(world.open()->ledger().persons().link(person, world.person(8), bytes_of("one signature")));
    const Derived linked = world.derive();
    EXPECT_EQ(linked.model, before);
    EXPECT_EQ(linked.tokens_now, 0u);
    EXPECT_EQ(linked.persons, 15u);
    world.request(RequestKind::erasure, 8);
    EXPECT_EQ(world.count("SELECT count(*) FROM influence WHERE record NOT IN (SELECT record FROM "
                          "record)"),
              0);
    const auto other = World::like(world);
    other->import(without(without(posts, 5), 8));
    EXPECT_EQ(world.derive().model, other->derive().model);
}

TEST(Quarantine, Nodes_of_those_who_may_come_back_are_kept_for_their_time) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const std::size_t folders = world.node_folders().size();
    world.request(RequestKind::objection, 5, false);
    EXPECT_GT(
        world.count("SELECT count(*) FROM node WHERE state = 'quarantined' AND kind = 'train'"), 0);
    EXPECT_EQ(world.node_folders().size(), folders);
    world.derive();
    const std::size_t all = world.node_folders().size();
    world.today = "2024-09-28";  // 89 days later
    world.derive();
    EXPECT_EQ(world.node_folders().size(), all);
    world.today = "2024-09-30";
    world.derive();
    EXPECT_LT(world.node_folders().size(), all);
    EXPECT_EQ(world.count("SELECT count(*) FROM node WHERE state = 'quarantined'"), 0);
    EXPECT_TRUE(world.verify().equal);
}

/// Claim: a request that arrives while a derivation runs stops its chain within a step, and nothing
/// with the person in it ever becomes visible.
TEST(Race, A_request_during_a_derivation) {
    const std::vector<Post> posts = posts_of(20);
    for (const RequestKind kind :
         {RequestKind::erasure, RequestKind::objection, RequestKind::restriction}) {
        for (const std::uint64_t step : {1, 9, 25, 38, 50}) {
            World world;
            world.import(posts);
            std::string asked;
            at_step(world, step, [&] { asked = world.request(kind, 6).request.id; });
            const Derived derived = world.derive(Reuse::yes, 2);
            world.toy().on_step = nullptr;
            const auto other = World::like(world);
            other->import(without(posts, 6));
            EXPECT_EQ(derived.model, other->derive().model) << to_text(kind) << " at step " << step;
            EXPECT_EQ(world.models(), 1u);
            EXPECT_TRUE(world.verify().equal);
            if (asked.empty()) continue;
            EXPECT_EQ(must(world.open()->ledger().requests().read(asked)).state,
                      RequestState::derived);
            if (kind != RequestKind::erasure) continue;
            EXPECT_EQ(world.count("SELECT count(*) FROM influence WHERE record NOT IN (SELECT "
                                  "record FROM record)"),
                      0);
        }
    }
}

std::string shard_of(World& world, int person) {
    const auto project = world.open();
    const View view = must(project->view());
    const auto places = place(view, project->settings.recipe);
    const auto first = std::ranges::find(view.samples, world.person(person), &Sample::person);
    CHECK(first != view.samples.end());
    return places[static_cast<std::size_t>(first - view.samples.begin())].shard;
}

/// The erased person's nodes are all reused, so no chain of theirs runs that could be stopped.
TEST(Race, An_erasure_of_a_reused_node_costs_a_round_and_is_not_called_damage) {
    std::vector<Post> posts = posts_of(20);
    World world;
    world.import(posts);
    world.derive();
    posts.push_back({21, "new", "somebody new", "2024-04-02"});
    world.import({posts.back()});
    int leaver = 1;
    while (shard_of(world, leaver) == shard_of(world, 21) || consents(leaver)) ++leaver;
    at_step(world, 1, [&] { world.request(RequestKind::erasure, leaver); });
    const Derived derived = world.derive(Reuse::yes, 1);
    EXPECT_EQ(world.heard(), "");
    world.toy().on_step = nullptr;
    const auto other = World::like(world);
    other->import(without(posts, leaver));
    EXPECT_EQ(derived.model, other->derive().model);
}

/// A view taken at any instant is of one state: nobody's row without their ground, or text without
/// its key.
TEST(Race, Views_while_people_come_and_go) {
    World world;
    world.import(posts_of(4));
    std::atomic<bool> over = false;
    std::jthread others([&] {
        for (int person = 5; person < 30; ++person) {
            world.import({{person, "x" + std::to_string(person), "passing by", "2024-02-02"}});
            world.request(RequestKind::erasure, person);
        }
        over = true;
    });
    const auto project = world.open();
    std::size_t views = 0;
    while (!over) {
        const auto view = project->view();
        ASSERT_TRUE(view.ok()) << view.error().message;
        ++views;
    }
    EXPECT_GT(views, 0u);
}

TEST(Race, A_request_about_one_shard_does_not_stop_the_others) {
    World world;
    world.import(posts_of(40));
    world.derive();
    for (const Path& folder : world.node_folders()) std::filesystem::remove_all(folder);
    const std::uint64_t before = world.toy().targets;
    at_step(world, 30, [&] { world.request(RequestKind::objection, 6, false); });
    const Derived derived = world.derive(Reuse::yes, 1);
    EXPECT_EQ(derived.tokens_now, world.toy().targets - before);
    EXPECT_LT(derived.tokens_now, 2 * derived.tokens_fresh);
}

TEST(Race, A_stop_order_during_a_derivation_stops_it_within_a_step) {
    World world;
    world.import(posts_of(20));
    std::string order;
    at_step(world, 12, [&] {
        order = must(world.open()->ledger().orders().stop({"a court", "1/24", std::nullopt})).id;
    });
    EXPECT_EQ(code_of(world.try_derive(Reuse::yes, 1)), 3);
    EXPECT_EQ(world.toy().steps, 11u);
    world.toy().on_step = nullptr;
    EXPECT_FALSE(world.visible().has_value());
    EXPECT_EQ(code_of(world.try_derive()), 3);
    must(world.open()->ledger().orders().lift(order, "A. Judge", "B. Clerk"));
    const auto other = World::like(world);
    other->import(posts_of(20));
    EXPECT_EQ(world.derive().model, other->derive().model);
}

TEST(Race, A_request_under_a_stop_order_is_kept_and_carried_out_after_it) {
    World world;
    world.import(posts_of(12));
    world.derive();
    const std::string order =
        must(world.open()->ledger().orders().stop({"a court", "1/24", std::nullopt})).id;
    const Digest person = world.person(5);
    const std::string asked = world.request(RequestKind::erasure, 5).request.id;
    EXPECT_FALSE(must(world.open()->keys().find(person)).has_value());
    EXPECT_TRUE(!world.visible() || !holds(world.manifest(), person));
    must(world.open()->ledger().orders().lift(order, "A. Judge", "B. Clerk"));
    world.derive();
    EXPECT_FALSE(holds(world.manifest(), person));
    EXPECT_EQ(must(world.open()->ledger().requests().read(asked)).state, RequestState::derived);
}

TEST(Race, Two_derivations_of_one_project_exclude_each_other) {
    World world;
    world.import(posts_of(8));
    int code = 0;
    at_step(world, 3, [&] { code = code_of(world.try_derive()); });
    world.derive();
    EXPECT_EQ(code, 3);
}

TEST(Race, Promotion_is_a_compare_and_set) {
    World world;
    world.import(posts_of(12));
    world.derive();
    Manifest stale = world.manifest();
    world.request(RequestKind::objection, 5, false);
    const Digest visible = world.visible()->model;
    std::filesystem::create_directories(world.paths().models() / stale.model.hex());
    EXPECT_FALSE(must(promote(*world.open(), stale, false)));
    EXPECT_EQ(world.visible()->model, visible);
    Manifest gone = world.manifest();
    gone.model = sha256("a model whose folder another promotion removed");
    EXPECT_FALSE(must(promote(*world.open(), gone, true)));
    EXPECT_EQ(world.visible()->model, visible);
}

TEST(Measure, Every_wording_is_counted_once) {
    World world;
    world.import(posts_of(4));
    const auto project = world.open();
    const View view = must(project->view());
    EXPECT_EQ(view.tokens(), [&] {
        std::uint64_t sum = 0;
        for (const Post& post : posts_of(4)) sum += post.text.size() + 1;
        return sum;
    }());
    must(project->db.execute("UPDATE token_count SET tokens = tokens + 1"));
    EXPECT_EQ(must(project->view()).tokens(), view.tokens() + 8);
    must(project->db.execute("UPDATE token_count SET counting = zeroblob(32)"));
    EXPECT_EQ(must(project->view()).tokens(), view.tokens());
}

}  // namespace
}  // namespace litura::derive::testing
