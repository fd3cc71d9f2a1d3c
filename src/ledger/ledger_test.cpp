// Clock, intake, documents and notes: what is refused, and what is said twice without harm.
#include "base/test_clock.hpp"
#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/rules.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

TEST(Clock, A_test_project_never_goes_back_and_stands_still_without_now) {
    TestProject project("2026-01-01");
    Ledger ledger = project.at("2026-03-01");
    EXPECT_EQ(ledger.clock(), Ledger::Clock::test);
    must(ledger.documents().add_notice(bytes_of("text")));
    EXPECT_EQ(code_of(Ledger::open(project.db, project.secrets, *project.env, on("2026-02-28"))),
              3);
    EXPECT_EQ(must(must(Ledger::open(project.db, project.secrets, *project.env, {})).now()),
              on("2026-03-01"));
}

TEST(Clock, A_test_ledger_that_fell_behind_another_process_refuses_to_write) {
    TestProject project("2026-01-01");
    Ledger early = project.at("2026-02-01");
    must(project.at("2026-03-01").documents().add_notice(bytes_of("text")));
    EXPECT_EQ(code_of(early.documents().add_notice(bytes_of("other"))), 3);
    EXPECT_EQ(must(early.now()), on("2026-03-01"));
}

TEST(Clock, A_ledger_that_cannot_be_read_says_so) {
    TestProject project;
    Ledger ledger = project.at("2026-02-01");
    must(project.db.execute("DROP TABLE event"));
    EXPECT_EQ(code_of(ledger.sequence()), static_cast<int>(Code::broken));
    EXPECT_EQ(code_of(ledger.now()), static_cast<int>(Code::broken));
}

TEST(Clock, A_real_project_refuses_now_and_survives_a_clock_that_jumps_back) {
    auto db = must(Database::in_memory());
    const keys::ProjectSecrets secrets{keys::random_key(), keys::random_key(), keys::random_key()};
    must(bring_forward(db, schema(secrets)));
    must(Ledger::create(db, secrets, Ledger::Clock::real, on("2026-01-01")));
    ClockEnv env(on("2026-02-01"));
    EXPECT_EQ(code_of(Ledger::open(db, secrets, env, on("2026-02-01"))), 3);
    Ledger ledger = must(Ledger::open(db, secrets, env, {}));
    must(ledger.documents().add_notice(bytes_of("text")));
    env.moment = on("2025-01-01");
    EXPECT_EQ(must(ledger.now()), on("2026-02-01"));
    must(ledger.documents().add_notice(bytes_of("other")));
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(Clock, A_machine_that_wakes_up_in_another_year_is_not_believed) {
    auto db = must(Database::in_memory());
    const keys::ProjectSecrets secrets{keys::random_key(), keys::random_key(), keys::random_key()};
    must(bring_forward(db, schema(secrets)));
    must(Ledger::create(db, secrets, Ledger::Clock::real, on("2026-01-20")));
    ClockEnv env(on("2026-02-01"));
    Ledger ledger = must(Ledger::open(db, secrets, env, {}));
    EXPECT_FALSE(must(ledger.leap()).has_value());
    env.moment = on("2106-02-01");
    ASSERT_TRUE(must(ledger.leap()).has_value());
    EXPECT_EQ(must(ledger.now()), on("2026-01-20"));
    must(ledger.documents().add_notice(bytes_of("written all the same")));
    EXPECT_EQ(must(ledger.head()).at, on("2026-01-20"));
    EXPECT_EQ(code_of(ledger.confirm_clock(on("2026-02-01"))), 2) << "the clock says another day";
    env.moment = on("2026-02-01");
    EXPECT_EQ(must(ledger.now()), on("2026-02-01")) << "right again";
}

TEST(Clock, A_long_pause_goes_on_from_the_day_that_an_operator_confirms) {
    auto db = must(Database::in_memory());
    const keys::ProjectSecrets secrets{keys::random_key(), keys::random_key(), keys::random_key()};
    must(bring_forward(db, schema(secrets)));
    must(Ledger::create(db, secrets, Ledger::Clock::real, on("2025-06-01")));
    ClockEnv env(on("2026-02-01"));
    Ledger ledger = must(Ledger::open(db, secrets, env, {}));
    EXPECT_EQ(must(ledger.now()), on("2025-06-01"));
    must(ledger.confirm_clock(on("2026-02-01")));
    EXPECT_EQ(must(ledger.now()), on("2026-02-01"));
    EXPECT_FALSE(must(ledger.leap()).has_value());
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(Open, A_ledger_does_not_open_under_other_secrets) {
    TestProject project;
    const keys::ProjectSecrets others{keys::random_key(), keys::random_key(), keys::random_key()};
    EXPECT_EQ(code_of(Ledger::open(project.db, others, *project.env, {})), 70);
}

TEST(Intake, Saying_the_same_thing_twice_adds_no_event) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const auto say_all = [&] {
        const Digest notice = project.prepare(ledger);
        must(ledger.documents().serve_notice(notice, kForum, on(kDay)));
        must(ledger.documents().add(DocumentKind::assessment, bytes_of(kAssessment), kPurpose));
        must(ledger.persons().describe(must(ledger.intake().account(kForum, name("anna"))),
                                       {"DE", 30, on(kDay)}));
        must(ledger.intake().flag(project.facts("anna").record, BarKind::special_category));
        must(ledger.rules().adopt(bytes_of(shipped_rules())));
        must(ledger.intake().record(
            project.act("anna", ActKind::consent, on(kDay), on("2027-01-01"))));
        must(ledger.intake().record(project.act("anna", ActKind::withdrawal, on(kDay))));
        must(ledger.intake().claim_legitimate_interest(
            must(ledger.intake().account(kForum, name("bert"))), kPurpose));
    };
    say_all();
    const Sequence before = must(ledger.sequence());
    say_all();
    EXPECT_EQ(must(ledger.sequence()), before);
}

TEST(Intake, A_consent_without_all_its_evidence_is_refused_and_leaves_nothing) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    project.prepare(ledger);
    const Sequence before = must(ledger.sequence());
    const auto refused = [&](auto change) {
        Act act = project.act("anna", ActKind::consent, on(kDay));
        change(act);
        EXPECT_EQ(code_of(ledger.intake().record(act)), 2);
        EXPECT_EQ(must(ledger.sequence()), before);
    };
    refused([](Act& act) { act.author = PersonalText(); });
    refused([](Act& act) { act.purpose.clear(); });
    refused([](Act& act) { act.source.clear(); });
    refused([](Act& act) { act.channel.clear(); });
    refused([](Act& act) { act.locale.clear(); });
    refused([](Act& act) { act.notice = sha256("another notice"); });
    refused([](Act& act) { act.at = act.at.plus_days(1); });
    refused([](Act& act) { act.until = act.at; });
    must(ledger.intake().record(project.act("anna", ActKind::consent, on(kDay))));
}

TEST(Intake, A_withdrawal_is_taken_without_notice_or_channel) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    project.consenting(ledger, "anna");
    Act act = project.act("anna", ActKind::withdrawal, on(kDay));
    act.notice = Digest();
    act.channel.clear();
    act.locale.clear();
    must(ledger.intake().record(act));
    EXPECT_EQ(project.decision(ledger, "anna").rule, Rule::person_barred);
}

TEST(Documents, An_assessment_must_answer_every_question_of_the_rules) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const auto add = [&](std::string_view text) {
        return code_of(ledger.documents().add(DocumentKind::assessment, bytes_of(text), kPurpose));
    };
    const std::string others =
        "Interest: a model for all.\nNecessity: nothing else would do.\n"
        "Balance: the posts are public.\nMitigations: many, and objection.\n";
    const auto answered = [&](std::string_view text) { return add(others + std::string(text)); };
    EXPECT_EQ(answered("We have an interest, could we have asked?"), 2);
    EXPECT_EQ(answered("Could we have asked?"), 2);
    EXPECT_EQ(answered("Could we have asked? No."), 2);
    EXPECT_EQ(answered("Could we have asked?\n\n# Next heading with many words"), 2);
    EXPECT_EQ(answered("could we have asked? \xff\xfe bytes that are no text"), 2);
    EXPECT_EQ(add(""), 2);
    EXPECT_EQ(answered("# Assessment\n## 3. Could we have asked?\nNo, most of them have left."), 0);
    const std::string json =
        "{\"interest\": \"a model for all\", \"necessity\": \"nothing else"
        " would do\", \"balance\": \"posts are public\", \"mitigations\":"
        " \"many and objection\", \"could-we-have-asked\": ";
    EXPECT_EQ(add(json + "true}"), 2);
    EXPECT_EQ(add(json + "\"No, most of them have left\"}"), 0);
    for (const char* heading :
         {"Interest", "Necessity", "Could we have asked", "Balance", "Mitigations"}) {
        std::string without(kAssessment);
        without.replace(without.find(heading), 1, "_no ");
        EXPECT_EQ(add(without), 2) << heading;
    }
}

TEST(Documents, An_assessment_names_its_own_purpose_or_takes_the_given_one) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    constexpr std::string_view kAnswer = kAssessment;
    const auto add = [&](const std::string& text) {
        must(ledger.documents().add(DocumentKind::assessment, bytes_of(text), "given"));
    };
    add(std::string(kAnswer));
    add("Purpose:  from_a_line \r\n" + std::string(kAnswer));
    add("Purpose: to train a model, in prose\n" + std::string(kAnswer));
    add("{\"purpose\": \"from json\", \"could_we_have_asked\": \"no, most have left\","
        " \"interest\": \"a b c\", \"necessity\": \"a b c\", \"balance\": \"a b c\","
        " \"mitigations\": \"a b c\"}");
    const auto assessments = must(ledger.snapshots().latest())->assessments;
    EXPECT_EQ(assessments.size(), 3u);
    for (const char* purpose : {"given", "from_a_line", "from json"}) {
        EXPECT_TRUE(assessments.contains(purpose)) << purpose;
    }
}

TEST(Documents, A_document_and_a_notice_come_back_byte_for_byte) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Bytes bytes{0, 10, 255, 10, 0, 13};
    const Digest base = must(ledger.documents().add(DocumentKind::base, bytes, ""));
    const Digest notice = must(ledger.documents().add_notice(bytes_of("line one\nline two\n")));
    EXPECT_EQ(must(ledger.documents().read(base)), bytes);
    EXPECT_EQ(text_of(must(ledger.documents().read(notice))), "line one\nline two\n");
    EXPECT_EQ(code_of(ledger.documents().read(sha256("other"))), 2);
}

TEST(Notes, A_note_is_chained_and_changes_no_table) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    must(ledger.append("model.exported", Json{{"digest", sha256("model").hex()}}));
    EXPECT_EQ(must(ledger.sequence()), 3u);
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(NotesDeathTest, A_note_cannot_pass_as_an_event_of_the_ledger) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    EXPECT_EXIT((void)ledger.append("request.derived", Json::object()),
                ::testing::ExitedWithCode(70), "invariant");
}

}  // namespace
}  // namespace litura::ledger::testing
