#include "service/persons.hpp"

#include <gtest/gtest.h>

#include "service/notices.hpp"
#include "ledger/persons.hpp"
#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::World;

class Persons : public testing::Test {
protected:
    Persons() { world.import(derive::testing::posts_of(8)); }
    World world;
};

TEST_F(Persons, EveryoneIsListedWithTheirPlace) {
    const auto list = must(persons(*session_of(world)));
    ASSERT_EQ(list.size(), 8u);
    for (const PersonLine& person : list) {
        EXPECT_TRUE(person.handle.starts_with("p-"));
        ASSERT_TRUE(person.place.has_value());
        EXPECT_EQ(person.records, 2u);
        EXPECT_EQ(person.admitted, 2u);
    }
    world.request(ledger::RequestKind::objection, 1);
    const auto session = session_of(world);
    const std::string handle =
        session->ledger().persons().handle(must(find_person(*session, person(1))));
    for (const PersonLine& person : must(persons(*session)))
        EXPECT_EQ(person.place.has_value(), person.handle != handle);
}

TEST_F(Persons, WhatDecidedAboutARecordIsExplained) {
    world.derive();
    world.request(ledger::RequestKind::objection, 1);
    const PersonShown shown = must(show_person(*session_of(world), person(1)));
    ASSERT_EQ(shown.records.size(), 2u);
    EXPECT_FALSE(shown.records[0].decision.admitted);
    EXPECT_FALSE(shown.records[0].place.has_value());
    ASSERT_EQ(shown.rules.size(), 1u);
    EXPECT_EQ(shown.rules[0].rule, ledger::Rule::person_barred);
    EXPECT_EQ(shown.standing.bars.size(), 1u);
    EXPECT_TRUE(shown.models.empty()) << "the model in use is without them";
    const PersonShown other = must(show_person(*session_of(world), person(4)));
    EXPECT_EQ(other.models.size(), 1u);
    EXPECT_EQ(to_json(other)["records"][0]["stage"], other.records[0].place->stage);
}

TEST_F(Persons, LinkedPeopleAreReachedTogether) {
    const auto session = session_of(world);
    const std::string other =
        session->ledger().persons().handle(must(find_person(*session, person(2))));
    const Linked linked = must(link_persons(*session, person(1), other, bytes_of("one letter")));
    const PersonShown shown = must(show_person(*session, {linked.handle, {}}));
    EXPECT_EQ(shown.accounts.size(), 2u);
    EXPECT_EQ(shown.records.size(), 4u);
    EXPECT_EQ(code_of(link_persons(*session, person(1), "p-aaaaaaaaaa", {})), 2);
}

TEST_F(Persons, WhoIsDescribedAsAMinorIsLeftOut) {
    world.derive();
    const auto session = session_of(world);
    const Described described = must(describe_person(*session, person(1), "DE", 12));
    EXPECT_TRUE(described.replacement.has_value());
    EXPECT_EQ(to_json(described)["age"], 12);
    EXPECT_TRUE(to_json(must(describe_person(*session, person(2), "FR", {})))["age"].is_null());
}

TEST_F(Persons, AFlaggedRecordIsNotUsed) {
    world.derive();
    const auto session = session_of(world);
    const Flagged flagged = must(flag_record(*session, "a1"));
    EXPECT_TRUE(flagged.record.starts_with("r-"));
    EXPECT_TRUE(flagged.replacement.has_value());
    EXPECT_EQ(code_of(flag_record(*session, "nothing")), 2);
}

TEST_F(Persons, RulesThatThePolicyWouldBreakAreNotAdopted) {
    const auto session = session_of(world);
    const RulesHeld held = must(rules(*session));
    ASSERT_FALSE(held.adopted.empty());
    EXPECT_TRUE(held.in_force.has_value());
    EXPECT_EQ(to_json(held)["rules"].size(), held.adopted.size());
    EXPECT_EQ(code_of(adopt_rules(*session, bytes_of("no rules"))), 2);
}

TEST_F(Persons, ASourceIsDeclaredInTheWordsThatAreKnown) {
    const auto session = session_of(world);
    EXPECT_TRUE(must(declare_source(*session, {"mail", "public", "adult", {}})).adults_only);
    EXPECT_EQ(code_of(declare_source(*session, {"mail", "everybody", "", {}})), 2);
    EXPECT_EQ(code_of(declare_source(*session, {"mail", "public", "18", {}})), 2);
    const Digest notice = must(add_notice(*session, bytes_of("It trains a model.")));
    const Served served = must(serve_notice(*session, notice, "mail", must(session->now())));
    EXPECT_EQ(served.grace_until, must(session->now()).plus_days(30));
}

}  // namespace
}  // namespace litura::service
