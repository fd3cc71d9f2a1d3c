// Accounts linked to one person by evidence: what reaches all of them, what stays each one's own,
// and what the person may read of it.
#include "keys/key_table.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

constexpr std::string_view kEvidence = "Both accounts signed this sentence.";

/// Anna and her second account, both consenting.
struct Linked {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Digest anna = project.consenting(ledger, "anna");
    Digest second = project.consenting(ledger, "anna_2");

    void link() { must(ledger.persons().link(anna, second, bytes_of(kEvidence))); }
    Rule rule(std::string_view who) { return project.decision(ledger, who).rule; }
};

TEST(Persons, Nothing_is_linked_by_itself_and_a_link_changes_no_admission) {
    Linked world;
    EXPECT_NE(world.anna, world.second);
    const auto kept = must(world.ledger.snapshots().latest());
    const Snapshot& before = *kept;
    world.link();
    EXPECT_EQ(must(world.ledger.intake().account(kForum, name("anna_2"))).person, world.anna);
    for (const char* who : {"anna", "anna_2"}) {
        const RecordFacts facts = world.project.facts(who);
        const Decision then = decide(before, facts, Policy(), on(kDay));
        const Decision now = world.project.decision(world.ledger, who);
        EXPECT_TRUE(now.admitted);
        EXPECT_EQ(now.from, then.from);
        EXPECT_EQ(now.evidence, then.evidence);
    }
}

TEST(Persons, A_request_of_either_handle_reaches_all_accounts) {
    for (const bool by_second : {false, true}) {
        Linked world;
        const std::string handle =
            world.ledger.persons().handle(by_second ? world.second : world.anna);
        world.link();
        const Digest person = must(world.ledger.persons().person(handle));
        EXPECT_EQ(person, world.anna);
        must(world.ledger.requests().accept(ask_for(RequestKind::objection, person), kPurpose));
        EXPECT_EQ(world.rule("anna"), Rule::person_barred);
        EXPECT_EQ(world.rule("anna_2"), Rule::person_barred);
    }
}

TEST(Persons, What_one_account_refused_is_refused_for_all_and_a_yes_counts_for_its_own) {
    Linked world;
    must(world.ledger.requests().accept(ask_for(RequestKind::objection, world.second), kPurpose));
    EXPECT_EQ(world.rule("anna"), Rule::consent_live);
    must(world.ledger.requests().mark_derived());
    world.link();
    EXPECT_EQ(world.rule("anna"), Rule::person_barred);
    Ledger later = world.project.at("2026-03-01");
    must(later.intake().record(world.project.act("anna", ActKind::consent, on("2026-03-01"))));
    EXPECT_EQ(world.project.decision(later, "anna").rule, Rule::consent_live);
    EXPECT_EQ(world.project.decision(later, "anna_2").rule, Rule::person_barred);
}

TEST(Persons, A_link_waits_for_requests_and_needs_two_known_people_and_evidence) {
    Linked world;
    const auto code = [&](const Digest& one, const Digest& other, std::string_view evidence) {
        return code_of(world.ledger.persons().link(one, other, bytes_of(evidence)));
    };
    EXPECT_EQ(code(world.anna, world.anna, kEvidence), 2);
    EXPECT_EQ(code(world.anna, sha256("nobody"), kEvidence), 2);
    EXPECT_EQ(code(world.anna, world.second, ""), 2);
    const Request waiting =
        must(world.ledger.requests().accept(ask_for(RequestKind::access, world.second), kPurpose));
    EXPECT_EQ(code(world.anna, world.second, kEvidence), 3);
    must(world.ledger.requests().verify(waiting.id, "letter"));
    EXPECT_EQ(code(world.anna, world.second, kEvidence), 3) << "nothing was handed over yet";
    must(world.ledger.requests().mark_handed_over(waiting.id));
    EXPECT_EQ(code(world.anna, world.second, kEvidence), 0);
}

TEST(Persons, An_erasure_takes_every_account_key_and_name_and_the_chain_still_holds) {
    Linked world;
    must(world.ledger.requests().accept(ask_for(RequestKind::restriction, world.second), kPurpose));
    must(world.ledger.requests().mark_derived());
    world.link();
    must(world.ledger.intake().claim_legitimate_interest(
        must(world.ledger.intake().account(kForum, name("anna_2"))), kPurpose));
    EXPECT_TRUE(must(world.ledger.verify()).holds);
    const Request request = must(world.ledger.requests().accept(
        {RequestKind::erasure, world.anna, {}, std::string("letter")}, kPurpose));
    must(world.ledger.requests().begin_erasure(request.id));
    EXPECT_TRUE(must(world.ledger.persons().all()).empty());
    for (const char* who : {"anna", "Anna_2"})
        EXPECT_EQ(code_of(world.ledger.intake().account(kForum, name(who))), 3) << who;
    auto keys = must(keys::KeyTable::open(world.project.db, world.project.secrets.root));
    for (const Digest& account : {world.anna, world.second})
        EXPECT_FALSE(must(keys.find(account)).has_value());
    const Verification found = must(world.ledger.verify());
    EXPECT_TRUE(found.holds) << found.first_difference;
    EXPECT_GE(found.unreadable, 6u);
}

TEST(Persons, The_report_has_names_acts_and_the_evidence_of_links_as_they_came_in) {
    Linked world;
    const Act act = world.project.act("anna", ActKind::consent, on("2026-01-15"), on("2027-01-15"));
    must(world.ledger.intake().record(act));
    world.link();
    const auto accounts = must(world.ledger.persons().of_author(name("anna")));
    ASSERT_EQ(accounts.size(), 1u);
    EXPECT_EQ(must(world.ledger.persons().author(accounts[0])).reveal(), "anna");
    const std::vector<Act> acts = must(world.ledger.persons().acts(accounts[0]));
    ASSERT_EQ(acts.size(), 2u);
    EXPECT_EQ(acts[1].author.reveal(), "anna");
    EXPECT_EQ(acts[1].kind, act.kind);
    EXPECT_EQ(acts[1].source, act.source);
    EXPECT_EQ(acts[1].purpose, act.purpose);
    EXPECT_EQ(acts[1].notice, act.notice);
    EXPECT_EQ(acts[1].channel, act.channel);
    EXPECT_EQ(acts[1].locale, act.locale);
    EXPECT_EQ(acts[1].at, act.at);
    EXPECT_EQ(acts[1].until, act.until);
    const std::vector<PersonalText> evidence =
        must(world.ledger.persons().link_evidence(accounts[0]));
    ASSERT_EQ(evidence.size(), 1u);
    EXPECT_EQ(evidence[0].reveal(), kEvidence);
}

}  // namespace
}  // namespace litura::ledger::testing
