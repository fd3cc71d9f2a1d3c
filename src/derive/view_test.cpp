// What is looked up for one person, or remembered, is what the whole would have said.
#include <gtest/gtest.h>

#include <random>

#include "derive/test_world.hpp"
#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/rules.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

/// People of whom some left, some restricted, some corrected, and two are one person.
void live(World& world) {
    world.import(posts_of(12));
    world.derive();
    world.request(RequestKind::restriction, 1);
    world.request(RequestKind::objection, 2);
    world.request(RequestKind::withdrawal, 4);
    world.request(RequestKind::erasure, 5);
    must(world.try_rectify(6, "a6", "other words"));
    must(world.open()->ledger().persons().link(world.person(3), world.person(7),
                                               bytes_of("the same mail")));
    world.request(RequestKind::restriction, 7);
}

TEST(View, One_persons_view_is_their_part_of_the_whole) {
    World world;
    live(world);
    const auto project = world.open();
    const View whole = must(project->view());
    const auto places = place(whole, project->settings.recipe);
    for (const ledger::Account& account : must(project->ledger().persons().all())) {
        const View own = must(project->view_of(account.person));
        std::vector<Sample> expected;
        std::vector<std::string> shards;
        for (std::size_t at = 0; at < whole.samples.size(); ++at) {
            if (whole.samples[at].person != account.person) continue;
            expected.push_back(whole.samples[at]);
            shards.push_back(places[at].shard);
        }
        EXPECT_EQ(own.samples, expected);
        const auto own_places = place(own, project->settings.recipe);
        for (std::size_t at = 0; at < shards.size(); ++at)
            EXPECT_EQ(own_places[at].shard, shards[at]);
    }
}

TEST(View, Its_figures_are_counted_without_holding_it) {
    World world;
    live(world);
    const auto project = world.open();
    const Admission counted = must(project->admission());
    const View view = must(project->view());
    EXPECT_EQ(counted.records, view.samples.size());
    EXPECT_EQ(counted.persons, view.persons());
    EXPECT_EQ(counted.tokens, view.tokens());
    EXPECT_EQ(counted.refused, view.refused);
    EXPECT_GT(counted.records, 0U);
    EXPECT_FALSE(counted.refused.empty());
}

TEST(View, What_is_not_admitted_is_not_opened) {
    World world;
    const auto project = world.open();
    World::add(*project, *must(project->ledger().snapshots().latest()), {1, "a", "words"});
    must(project->admission());
    must(project->view());
    EXPECT_EQ(world.count("SELECT count(*) FROM token_count"), 0);
}

/// Without what is remembered: every record of the visible model is looked at.
bool all_admitted(World& world) {
    return must(still_admitted(*world.open(), world.manifest().used));
}

bool remembered(World& world) { return must(usable_as_it_is(*world.open(), *world.visible())); }

TEST(Visible, Whatever_may_forbid_is_noticed) {
    const std::pair<const char*, std::function<void(World&)>> kChanges[] = {
        {"nothing", [](World&) {}},
        {"a newcomer",
         [](World& world) {
             world.import({{20, "new", "words"}});
         }},
        {"an objection in an archive",
         [](World& world) {
             must(world.open()->ledger().intake().record({name_of(1),
                                                          "forum",
                                                          "model_training",
                                                          ledger::ActKind::objection,
                                                          {},
                                                          "files",
                                                          "en",
                                                          on("2024-06-01"),
                                                          {}}));
         }},
        {"a deletion at the source",
         [](World& world) {
             const auto project = world.open();
             must(project->corpus().bar_deleted(project->ledger(), "forum", PersonalText("a1")));
         }},
        {"a newer version",
         [](World& world) {
             world.import({{1, "a1", "edited words", "2024-02-02"}});
         }},
        {"a source taken back",
         [](World& world) {
             must(world.open()->ledger().documents().declare_source(
                 "forum", ledger::Audience::unknown, true, std::nullopt));
         }},
        {"a request that was accepted and no more",
         [](World& world) {
             must(world.open()->ledger().requests().accept(
                 {RequestKind::restriction, world.person(1), {}, {}}, "model_training"));
         }},
        {"an age",
         [](World& world) {
             const auto project = world.open();
             const auto account = must(project->ledger().persons().of(world.person(1))).at(0);
             must(project->ledger().persons().describe(account, {{}, 15, on(world.today)}));
         }},
        {"a flag",
         [](World& world) {
             const Digest record = world.manifest().used.samples.at(0).record;
             must(world.open()->ledger().intake().flag(record, ledger::BarKind::special_category));
         }},
        {"rules that came into force with time alone",
         [](World& world) {
             std::string rules =
                 with(std::string(ledger::shipped_rules()), "2018-05-25", "2024-07-02");
             rules = with(rules, "\"personalised_advertising\"", "\"model_training\"");
             must(world.open()->ledger().rules().adopt(bytes_of(rules)));
             EXPECT_TRUE(remembered(world));
             world.today = "2024-07-02";
         }},
        {"a link to somebody barred",
         [](World& world) {
             must(world.open()->ledger().persons().link(world.person(9), world.person(1),
                                                        bytes_of("mail")));
         }},
    };
    int refused = 0;
    for (const auto& [what, change] : kChanges) {
        World world;
        world.import(posts_of(10));
        world.request(RequestKind::objection, 9);
        world.derive();
        EXPECT_TRUE(remembered(world));
        change(world);
        const bool holds = all_admitted(world);
        EXPECT_EQ(remembered(world), holds) << what;
        EXPECT_EQ(remembered(world), holds) << what << ", asked again";
        refused += holds ? 0 : 1;
    }
    EXPECT_GE(refused, 5);
}

TEST(Visible, It_knows_whose_records_it_was_trained_on) {
    World world;
    world.import(posts_of(6));
    world.derive();
    const Digest person = world.person(1);
    EXPECT_TRUE(must(visible_model_used(world.open()->db, person)));
    world.request(RequestKind::restriction, 1);
    EXPECT_FALSE(must(visible_model_used(world.open()->db, person)));
    world.derive();  // before it, the suppressed model may lack the person's whole shard
    EXPECT_FALSE(must(visible_model_used(world.open()->db, person)));
    EXPECT_TRUE(must(visible_model_used(world.open()->db, world.person(2))));
}

}  // namespace
}  // namespace litura::derive::testing
