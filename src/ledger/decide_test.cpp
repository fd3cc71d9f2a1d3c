// decide() on folds made by hand: what it refuses by default, and which of two rules speaks first.
#include <functional>

#include "ledger/test_project.hpp"

#include <rapidcheck/gtest.h>  // after gtest, which it needs

namespace litura::ledger::testing {
namespace {

const Digest kAccount = sha256("account");
const Digest kPerson = sha256("person");
const Digest kFolded = sha256("folded");
const Digest kRecord = sha256("record");
const Digest kWording = sha256("wording");
const Instant kNow = on("2026-06-01");

RecordFacts facts(Audience audience = Audience::everyone) {
    return {kRecord, kAccount, kWording, kForum, audience};
}

std::vector<AdoptedRules> shipped() {
    return {{std::make_shared<RulePack>(must(RulePack::parse(shipped_rules()))), kWording, 2}};
}

std::vector<std::string> answers_of(const Snapshot& ledger) {
    std::vector<std::string> answers;
    for (const RulePack::Question& question : ledger.rules.front().pack->assessment)
        answers.push_back(question.heading);
    return answers;
}

std::vector<Ground>& grounds_in(Snapshot& ledger) { return ledger.accounts[kAccount].grounds; }

/// Somebody with a consent from 1 January on.
Snapshot consenting() {
    Snapshot ledger;
    ledger.rules = shipped();
    ledger.accounts[kAccount] = {{kAccount, kPerson, kFolded, std::string(kForum), 10}, {}, {}};
    grounds_in(ledger).push_back(Ground{kAccount,
                                        std::string(kForum),
                                        std::string(kPurpose),
                                        Basis::consent,
                                        on("2026-01-01"),
                                        {},
                                        {},
                                        11});
    return ledger;
}

Decision decided(const Snapshot& ledger, Instant as_of = kNow) {
    return decide(ledger, facts(), Policy(), as_of);
}

void add_consent(Snapshot& ledger, std::string_view from, std::optional<Instant> until,
                 Sequence event) {
    grounds_in(ledger).push_back(Ground{kAccount,
                                        std::string(kForum),
                                        std::string(kPurpose),
                                        Basis::consent,
                                        on(from),
                                        until,
                                        {},
                                        event});
}

TEST(Decide, An_empty_ledger_admits_nothing) {
    const Decision decision = decided(Snapshot());
    EXPECT_FALSE(decision.admitted);
    EXPECT_EQ(decision.rule, Rule::account_unknown);
}

TEST(Decide, A_known_account_without_ground_is_not_admitted) {
    Snapshot ledger = consenting();
    grounds_in(ledger).clear();
    EXPECT_EQ(decided(ledger).rule, Rule::no_ground);
}

TEST(Decide, A_consent_counts_from_its_moment_to_the_one_before_its_end) {
    Snapshot ledger = consenting();
    grounds_in(ledger).front().until = kNow;
    EXPECT_EQ(decided(ledger, on("2025-12-31")).rule, Rule::no_ground);
    EXPECT_TRUE(decided(ledger, on("2026-01-01")).admitted);
    EXPECT_TRUE(decided(ledger, {kNow.ms - 1}).admitted);
    EXPECT_EQ(decided(ledger, kNow).rule, Rule::consent_expired);
}

TEST(Decide, The_admitting_ground_gives_place_end_and_evidence) {
    Snapshot ledger = consenting();
    grounds_in(ledger).front().until = on("2027-01-01");
    const Decision decision = decided(ledger);
    EXPECT_EQ(decision.from, on("2026-01-01"));
    EXPECT_EQ(decision.until, on("2027-01-01"));
    EXPECT_EQ(decision.evidence, 11u);
    EXPECT_EQ(decision.basis, Basis::consent);
}

TEST(Decide, A_renewed_consent_keeps_the_place_of_the_first) {
    Snapshot ledger = consenting();
    add_consent(ledger, "2026-03-01", {}, 5);
    EXPECT_EQ(decided(ledger).from, on("2026-01-01"));
}

TEST(Decide, Of_two_consents_of_one_moment_the_longer_counts_in_either_order) {
    for (const Sequence event : {5u, 50u}) {
        Snapshot ledger = consenting();
        add_consent(ledger, "2026-01-01", on("2026-07-01"), event);
        EXPECT_EQ(decided(ledger).until, std::nullopt);
    }
}

TEST(Decide, A_bar_on_a_wording_holds_for_what_todays_marks_make_of_the_same_text) {
    Snapshot ledger = consenting();
    ledger.bars[kRecord].push_back({{}, kRecord, kWording, {}, BarKind::rectification, "", 20});
    RecordFacts marked_again = facts();
    marked_again.wording = sha256("another wording");
    EXPECT_TRUE(decide(ledger, marked_again, Policy(), kNow).admitted);
    marked_again.formerly = {&kWording, 1};
    EXPECT_EQ(decide(ledger, marked_again, Policy(), kNow).rule, Rule::wording_barred);
}

TEST(Decide, A_consent_for_another_purpose_is_none) {
    Snapshot ledger = consenting();
    Policy policy;
    policy.purpose = "advertising";
    EXPECT_EQ(decide(ledger, facts(), policy, kNow).rule, Rule::no_ground);
}

TEST(Decide, Every_bar_beats_a_live_consent_and_is_named) {
    struct Case {
        Digest target;
        Bar bar;
        Rule rule;
    };
    const Case cases[] = {
        {kAccount,
         {kPerson, {}, {}, {}, BarKind::objection, std::string(kPurpose), 20},
         Rule::person_barred},
        {kAccount, {kPerson, {}, {}, {}, BarKind::restriction, "", 20}, Rule::person_barred},
        {kFolded, {{}, {}, {}, kFolded, BarKind::erasure, "", 9}, Rule::name_barred},
        {kRecord, {{}, kRecord, {}, {}, BarKind::rectification, "", 20}, Rule::record_barred},
        {kRecord,
         {{}, kRecord, kWording, {}, BarKind::rectification, "", 20},
         Rule::wording_barred},
    };
    for (const Case& one : cases) {
        Snapshot ledger = consenting();
        (one.bar.person ? ledger.accounts[kAccount].bars : ledger.bars[one.target])
            .push_back(one.bar);
        const Decision decision = decided(ledger);
        EXPECT_FALSE(decision.admitted);
        EXPECT_EQ(decision.rule, one.rule) << to_text(decision.rule);
        EXPECT_EQ(decision.evidence, one.bar.event);
    }
}

TEST(Decide, Bars_that_speak_of_something_else_do_not_apply) {
    Snapshot ledger = consenting();
    ledger.accounts[kAccount].bars.push_back(
        {kPerson, {}, {}, {}, BarKind::objection, "advertising", 20});
    ledger.bars[kFolded].push_back(
        {{}, {}, {}, kFolded, BarKind::erasure, "", 10});  // the account came not after it
    ledger.bars[kRecord].push_back(
        {{}, kRecord, sha256("old wording"), {}, BarKind::rectification, "", 20});
    EXPECT_TRUE(decided(ledger).admitted);
}

TEST(Decide, What_the_file_says_about_a_record_goes_before_the_statement_about_its_source) {
    Snapshot ledger = consenting();
    ledger.sources[std::string(kForum)] = {std::string(kForum), Audience::everyone, true, 30};
    const auto rule = [&](Audience audience) {
        return decide(ledger, facts(audience), Policy(), kNow).rule;
    };
    EXPECT_EQ(rule(Audience::unknown), Rule::consent_live);
    EXPECT_EQ(rule(Audience::followers), Rule::audience_not_public);
    EXPECT_EQ(rule(Audience::restricted), Rule::audience_not_public);
    ledger.sources.clear();
    EXPECT_EQ(rule(Audience::unknown), Rule::audience_not_public);
}

TEST(Decide, A_person_whose_consent_ended_is_not_taken_on_legitimate_interest) {
    Snapshot ledger = consenting();
    grounds_in(ledger).front().until = on("2026-02-01");
    grounds_in(ledger).push_back(Ground{kAccount,
                                        std::string(kForum),
                                        std::string(kPurpose),
                                        Basis::legitimate_interest,
                                        on("2026-01-01"),
                                        {},
                                        {},
                                        12});
    ledger.sources[std::string(kForum)] = {std::string(kForum), Audience::everyone, true, 30};
    ledger.first_notice[std::string(kForum)] = {sha256("notice"), std::string(kForum),
                                                on("2026-01-01"), 31};
    ledger.assessments[std::string(kPurpose)] = {{answers_of(ledger), 32}};
    EXPECT_EQ(decided(ledger).rule, Rule::consent_expired);
    std::erase_if(grounds_in(ledger),
                  [](const Ground& each) { return each.basis == Basis::consent; });
    EXPECT_EQ(decided(ledger).rule, Rule::legitimate_interest_live)
        << "else the check above would prove nothing";
    EXPECT_EQ(decided(ledger).from, on("2026-01-31"));
}

/// All that legitimate interest needs.
Snapshot interested() {
    Snapshot ledger = consenting();
    grounds_in(ledger).front().basis = Basis::legitimate_interest;
    ledger.sources[std::string(kForum)] = {std::string(kForum), Audience::unknown, true, 30};
    ledger.first_notice[std::string(kForum)] = {sha256("notice"), std::string(kForum),
                                                on("2026-01-01"), 31};
    ledger.assessments[std::string(kPurpose)] = {{answers_of(ledger), 32}};
    return ledger;
}

RC_GTEST_PROP(Decide, Whatever_is_missing_it_is_not_admitted, ()) {
    const bool consents = *rc::gen::arbitrary<bool>();
    Snapshot ledger = consents ? consenting() : interested();
    RecordFacts record = facts();
    Policy policy;
    Instant now = kNow;
    const std::vector<std::function<void()>> always = {
        [&] { ledger.accounts.clear(); },
        [&] { ledger.rules.clear(); },
        [&] { grounds_in(ledger).clear(); },
        [&] { record.account = sha256("somebody"); },
        [&] { record.audience = Audience::unknown; },
        [&] { record.audience = Audience::followers; },
        [&] { record.source = {}; },
        [&] { policy.purpose.clear(); },
        [&] { policy.purpose = "advertising"; },
        [&] { now = on("2018-01-01"); },
    };
    const std::vector<std::function<void()>> of_interest = {
        [&] { ledger.sources.clear(); },
        [&] { ledger.first_notice.clear(); },
        [&] { ledger.assessments.clear(); },
        [&] { ledger.assessments.begin()->second[0].answers.pop_back(); },
        [&] { policy.grace_days = 152; },
        [&] {
            ledger.accounts.begin()->second.age = Age{17, on("2026-05-31")};
        },
    };
    std::vector<std::function<void()>> removals = always;
    if (!consents) removals.insert(removals.end(), of_interest.begin(), of_interest.end());
    RC_ASSERT(decide(ledger, record, policy, now).admitted);
    removals[*rc::gen::inRange<std::size_t>(0, removals.size())]();
    RC_ASSERT(!decide(ledger, record, policy, now).admitted);
}

}  // namespace
}  // namespace litura::ledger::testing
