// Facts of a whole project, with a toy trainer: what changes in the ledger, the corpus, the recipe
// or organisation.toml changes them, and nobody stands in them.
#include "release/facts.hpp"

#include <gtest/gtest.h>

#include "derive/test_world.hpp"
#include "ledger/documents.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "release/documents.hpp"
#include "release/recipients.hpp"

namespace litura::release {
namespace {

using derive::Project;
using derive::testing::name_of;
using derive::testing::on;
using derive::testing::posts_of;
using derive::testing::with;
using derive::testing::World;

std::string text(const Tally& tally) {
    return std::string(to_text(tally.detail)) + " " + std::to_string(tally.persons) + " " +
           std::to_string(tally.records);
}

/// Forty people, ten of whom consent, two posts each.
class FactsOf : public ::testing::Test {
protected:
    FactsOf() {
        world.import(posts_of(40));
        world.derive();
    }
    Facts facts() { return must(collect_facts(*world.open())); }
    std::string record() { return record_of_processing(facts()).text; }
    SourceFacts forum() {
        for (SourceFacts& source : facts().sources)
            if (source.name == "forum") return source;
        return {};
    }
    void state(const std::string& toml) {
        must(world.system().write_file(world.paths().organisation(), bytes_of(toml)));
    }
    /// A post with a licence, of somebody who consented.
    void add(int person, const std::string& id, const std::string& licence) {
        const auto project = world.open();
        corpus::IncomingRecord post;
        post.id = PersonalText(id);
        post.author = name_of(person);
        post.text = PersonalText("some words about " + id);
        post.created_at = on("2024-02-01");
        post.rest = PersonalText(R"({"license":")" + licence + R"("})");
        must(project->corpus().add(project->ledger(), *must(project->ledger().snapshots().latest()),
                                   "forum", post));
    }

    World world;
};

TEST_F(FactsOf, Figures_are_those_of_the_manifest) {
    const Facts found = facts();
    EXPECT_EQ(text(found.held), "exact 40 80");
    EXPECT_EQ(text(found.model->used), "exact 40 80");
    EXPECT_EQ(text(forum().consent), "exact 10 20");
    EXPECT_EQ(text(forum().interest), "exact 30 60");
    EXPECT_EQ(found.model->manifest, world.visible()->manifest);
    EXPECT_EQ(found.model->tokens, two_digits(world.manifest().used.tokens()));
    EXPECT_EQ(forum().audience, "public");
    EXPECT_TRUE(forum().adults_only);
    EXPECT_EQ(forum().served.size(), 1u);
    EXPECT_EQ(found.documents.size(), 1u);
    EXPECT_TRUE(found.interest && found.consent && found.test_clock);
}

TEST_F(FactsOf, The_same_state_gives_the_same_bytes_and_changes_nothing) {
    const auto before = must(world.open()->ledger().sequence());
    EXPECT_EQ(record(), record());
    EXPECT_EQ(must(world.open()->ledger().sequence()), before);
}

TEST_F(FactsOf, Whatever_changes_changes_the_record) {
    std::string before = record();
    const auto changed = [&](const char* what) {
        std::string now = record();
        EXPECT_NE(now, before) << what;
        before = std::move(now);
    };
    add(0, "one more", "CC0");
    changed("one record more");
    world.derive();
    changed("another model");
    must(world.open()->ledger().documents().declare_source("wiki", ledger::Audience::followers,
                                                           false, {}));
    changed("another source");
    must(world.open()->ledger().documents().declare_source("wiki", ledger::Audience::everyone,
                                                           false, {}));
    changed("another audience");
    const auto project = world.open();
    must(project->ledger().documents().serve_notice(
        must(project->ledger().documents().add_notice(bytes_of("Again."))), "wiki",
        on("2024-06-01")));
    changed("another notice");
    const char* key = "laboratory.example+dfdb8c96+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    must(add_recipient(
        *project,
        compact({{"name", "A laboratory"}, {"contact", "models@laboratory.example"}, {"key", key}}),
        {}));
    changed("a recipient");
    EXPECT_EQ(before.find("laboratory"), std::string::npos) << "who it is stands in the register";
    state("[retention]\nposts = \"2 years\"\n");
    changed("a time limit");
    state("[retention]\nposts = \"3 years\"\n");
    changed("another time limit");
    const std::string recipe(text_of(must(world.system().read_file(world.paths().settings()))));
    must(world.system().write_file(world.paths().settings(),
                                   bytes_of(with(recipe, "\"model_training\"", "\"search\""))));
    changed("another purpose");
}

TEST_F(FactsOf, A_licence_is_named_only_if_ten_people_share_it) {
    for (int person = 0; person < 40; person += 4) add(person, "c" + std::to_string(person), "CC0");
    add(0, "d", "copyright Jane Doe");
    world.derive();
    EXPECT_EQ(forum().licences, std::set<std::string>{"CC0"});
    EXPECT_TRUE(forum().other_licences);
}

TEST_F(FactsOf, Nobody_stands_in_them) {
    std::string all = compact(to_json(facts()));
    for (const Paper paper :
         {Paper::record_of_processing, Paper::public_summary, Paper::notice, Paper::model_card})
        all += must(make_document(paper, facts())).text;
    const auto project = world.open();
    for (int person = 0; person < 40; ++person) {
        EXPECT_EQ(all.find(std::string(name_of(person).reveal())), std::string::npos);
        EXPECT_EQ(all.find(project->ledger().persons().handle(world.person(person))),
                  std::string::npos);
    }
    for (const char* words : {"first words", "later words"})
        EXPECT_EQ(all.find(words), std::string::npos);
}

TEST_F(FactsOf, A_model_that_the_ledger_forbids_by_now_says_so) {
    EXPECT_FALSE(facts().model->stale);
    {
        const auto project = world.open();
        must(project->ledger().requests().accept(
            {ledger::RequestKind::objection, world.person(3), {}, {}}, "model_training"));
        EXPECT_TRUE(must(collect_facts(*project)).model->stale);
    }
}

TEST(FactsOfFew, Are_not_told_and_cannot_be_worked_out) {
    World world;
    world.import(posts_of(20));  // five consent
    world.derive();
    const Facts facts = must(collect_facts(*world.open()));
    EXPECT_EQ(text(facts.sources[0].consent), "few 0 0");
    EXPECT_EQ(text(facts.sources[0].interest), "exact 15 30");
    EXPECT_EQ(text(facts.sources[0].held), "at_least 15 30");
    EXPECT_EQ(text(facts.held), "at_least 15 30");
    EXPECT_EQ(text(facts.model->used), "at_least 15 30");
}

TEST(FactsOfFew, One_whose_posts_are_held_and_not_used_is_not_told_either) {
    World world;
    world.import(posts_of(40));
    world.derive();
    world.request(ledger::RequestKind::objection, 3);
    world.derive();
    const Facts facts = must(collect_facts(*world.open()));
    EXPECT_EQ(text(facts.sources[0].interest), "exact 29 58");
    EXPECT_EQ(text(facts.sources[0].held), "at_least 39 78");
    EXPECT_EQ(text(facts.model->used), "exact 39 78");
}

TEST(FactsOfNobody, There_is_a_record_and_a_notice_before_any_model) {
    World world;
    const Facts facts = must(collect_facts(*world.open()));
    EXPECT_FALSE(facts.model.has_value());
    EXPECT_NE(record_of_processing(facts).text.find("There is no model yet."), std::string::npos);
}

}  // namespace
}  // namespace litura::release
