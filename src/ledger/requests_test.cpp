// Requests and persons: what a request needs, what it repeats without harm, and how an erasure
// leaves nothing to find.
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

TEST(Requests, The_bar_is_there_when_accept_returns) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    EXPECT_TRUE(project.decision(ledger, "anna").admitted);
    const Request request =
        must(ledger.requests().accept(ask_for(RequestKind::objection, person), kPurpose));
    EXPECT_EQ(request.id, "q-1");
    EXPECT_EQ(request.handle, ledger.persons().handle(person));
    EXPECT_EQ(project.decision(ledger, "anna").rule, Rule::person_barred);
}

TEST(Requests, An_objection_for_one_purpose_leaves_another) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    must(ledger.requests().accept(ask_for(RequestKind::objection, person), "advertising"));
    EXPECT_TRUE(project.decision(ledger, "anna").admitted);
    must(ledger.requests().accept(ask_for(RequestKind::restriction, person), "advertising"));
    EXPECT_FALSE(project.decision(ledger, "anna").admitted) << "a restriction is for every purpose";
}

TEST(Requests, Asking_again_returns_the_request_that_stands) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    for (const RequestKind kind :
         {RequestKind::objection, RequestKind::withdrawal, RequestKind::restriction,
          RequestKind::erasure, RequestKind::access}) {
        const Request first = must(ledger.requests().accept(ask_for(kind, person), kPurpose));
        const Sequence before = must(ledger.sequence());
        EXPECT_EQ(must(ledger.requests().accept(ask_for(kind, person), kPurpose)).id, first.id)
            << to_text(kind);
        EXPECT_EQ(must(ledger.sequence()), before);
    }
    EXPECT_NE(
        must(ledger.requests().accept(ask_for(RequestKind::objection, person), "advertising")).id,
        "q-1");
}

TEST(Requests, An_access_is_closed_by_its_delivery_and_an_erasure_waits_for_it) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Requests requests = ledger.requests();
    const Digest person = project.consenting(ledger, "anna");
    EXPECT_EQ(code_of(requests.mark_handed_over("q-1")), 2);
    must(requests.accept(ask_for(RequestKind::access, person), kPurpose));
    EXPECT_EQ(code_of(requests.mark_handed_over("q-1")), 3) << "nobody was verified";
    EXPECT_EQ(must(requests.verify("q-1", "letter")).state, RequestState::accepted);
    Ask erasure = ask_for(RequestKind::erasure, person);
    erasure.verified_by = "letter";
    EXPECT_FALSE(must(requests.accept(erasure, kPurpose)).verified_by.has_value());
    EXPECT_EQ(code_of(requests.verify("q-2", "letter")), 3);
    must(requests.mark_handed_over("q-1"));
    EXPECT_EQ(must(requests.read("q-1")).state, RequestState::answered);
    EXPECT_EQ(must(requests.read("q-1")).answered_at, on(kDay));
    const Sequence once = must(ledger.sequence());
    must(requests.mark_handed_over("q-1"));
    EXPECT_EQ(must(ledger.sequence()), once);
    EXPECT_TRUE(must(requests.verify("q-2", "letter")).verified_by.has_value());
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(Requests, A_no_said_again_outlives_a_yes_of_between_that_is_found_later) {
    TestProject project;
    Ledger first = project.at("2026-02-01");
    const Digest person = project.consenting(first, "anna");
    must(first.requests().accept(ask_for(RequestKind::objection, person), kPurpose));
    Ledger second = project.at("2026-02-10");
    EXPECT_EQ(must(second.requests().accept(ask_for(RequestKind::objection, person), kPurpose)).id,
              "q-1");
    must(second.intake().record(project.act("anna", ActKind::consent, on("2026-02-05"))));
    EXPECT_EQ(project.decision(second, "anna").rule, Rule::person_barred);
    must(second.intake().record(project.act("anna", ActKind::consent, on("2026-02-10"))));
    EXPECT_EQ(project.decision(second, "anna").rule, Rule::person_barred);
    Ledger third = project.at("2026-02-11");
    must(third.intake().record(project.act("anna", ActKind::consent, on("2026-02-11"))));
    EXPECT_TRUE(project.decision(third, "anna").admitted);
}

TEST(Requests, Asking_again_verified_verifies_the_request_that_stands) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, "anna"));
    EXPECT_FALSE(must(ledger.requests().accept(ask, kPurpose)).verified_by);
    ask.verified_by = "letter";
    const Request again = must(ledger.requests().accept(ask, kPurpose));
    EXPECT_EQ(again.id, "q-1");
    EXPECT_EQ(again.verified_by, "letter");
    EXPECT_EQ(must(ledger.requests().verify("q-1", "account-login")).verified_by, "letter")
        << "verifying is idempotent";
}

TEST(Requests, Objecting_after_a_new_consent_is_a_new_request) {
    TestProject project;
    Ledger first = project.at("2026-02-01");
    const Digest person = project.consenting(first, "anna");
    must(first.requests().accept(ask_for(RequestKind::objection, person), kPurpose));
    Ledger second = project.at("2026-02-02");
    must(second.intake().record(project.act("anna", ActKind::consent, on("2026-02-02"))));
    EXPECT_TRUE(project.decision(second, "anna").admitted);
    Ledger third = project.at("2026-02-03");
    EXPECT_EQ(must(third.requests().accept(ask_for(RequestKind::objection, person), kPurpose)).id,
              "q-2");
    EXPECT_FALSE(project.decision(third, "anna").admitted);
}

TEST(Requests, Malformed_asks_are_refused_and_leave_nothing) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    const Sequence before = must(ledger.sequence());
    Ask ask = ask_for(RequestKind::rectification, person);
    EXPECT_EQ(code_of(ledger.requests().accept(ask, kPurpose)), 2) << "without a record";
    ask = ask_for(RequestKind::objection, person);
    ask.record = project.facts("anna").record;
    EXPECT_EQ(code_of(ledger.requests().accept(ask, kPurpose)), 2) << "of one record";
    ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "anna@example.org";
    EXPECT_EQ(code_of(ledger.requests().accept(ask, kPurpose)), 2) << "an address is no method";
    EXPECT_EQ(code_of(ledger.requests().accept(ask_for(RequestKind::erasure, sha256("nobody")),
                                               kPurpose)),
              2);
    EXPECT_EQ(
        code_of(ledger.requests().accept(ask_for(RequestKind::lift_restriction, person), kPurpose)),
        3);
    for (const char* id : {"", "q-", "q-9", "1", "q-1x", "q--1", "o-1", "q-99999999999999999999"}) {
        EXPECT_EQ(code_of(ledger.requests().read(id)), 2) << id;
    }
    EXPECT_EQ(must(ledger.sequence()), before);
}

TEST(Requests, Nothing_is_destroyed_unverified_or_under_the_wrong_kind) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    must(ledger.requests().accept(ask_for(RequestKind::erasure, person), kPurpose));
    must(ledger.requests().accept(ask_for(RequestKind::objection, person), kPurpose));
    EXPECT_EQ(code_of(ledger.requests().begin_erasure("q-1")), 3);
    EXPECT_EQ(code_of(ledger.requests().mark_destroyed("q-1")), 3);
    EXPECT_EQ(code_of(ledger.requests().begin_erasure("q-2")), 2);
    EXPECT_EQ(code_of(ledger.requests().mark_destroyed("q-2")), 2);
    must(ledger.requests().verify("q-1", "letter"));
    EXPECT_EQ(code_of(ledger.requests().begin_rectification("q-1", Digest())), 2);
    EXPECT_EQ(code_of(ledger.requests().mark_destroyed("q-1")), 3) << "verified is not destroyed";
}

TEST(Requests, The_steps_of_an_erasure_can_be_repeated_after_a_crash) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, "anna"));
    ask.verified_by = "letter";
    must(ledger.requests().accept(ask, kPurpose));
    for (int times = 0; times < 2; ++times) must(ledger.requests().mark_suppressed("q-1"));
    for (int times = 0; times < 2; ++times) must(ledger.requests().begin_erasure("q-1"));
    EXPECT_EQ(must(ledger.requests().read("q-1")).state, RequestState::accepted)
        << "begun is not destroyed";
    for (int times = 0; times < 2; ++times) must(ledger.requests().mark_destroyed("q-1"));
    const Sequence before = must(ledger.sequence());
    for (int times = 0; times < 2; ++times) must(ledger.requests().mark_derived());
    EXPECT_EQ(must(ledger.sequence()), before + 1) << "nothing left to derive the second time";
    const Request request = must(ledger.requests().read("q-1"));
    EXPECT_EQ(request.state, RequestState::derived);
    EXPECT_TRUE(request.suppressed_at && request.destroyed_at && request.derived_at);
}

TEST(Requests, A_rolled_back_erasure_leaves_the_person_as_she_was) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    Ask ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "letter";
    must(ledger.requests().accept(ask, kPurpose));
    {
        auto transaction = must(project.db.begin());
        must(ledger.requests().begin_erasure("q-1"));
        EXPECT_TRUE(must(ledger.persons().all()).empty());
    }
    EXPECT_EQ(must(ledger.persons().all()).size(), 1u);
    const Verification found = must(ledger.verify());
    EXPECT_TRUE(found.holds) << found.first_difference;
    EXPECT_EQ(found.unreadable, 0u);
}

TEST(Requests, An_erasure_also_closes_a_rectification_that_was_waiting) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    Ask ask = ask_for(RequestKind::rectification, person);
    ask.record = project.facts("anna").record;
    must(ledger.requests().accept(ask, kPurpose));
    ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "letter";
    must(ledger.requests().accept(ask, kPurpose));
    must(ledger.requests().begin_erasure("q-2"));
    must(ledger.requests().mark_destroyed("q-2"));
    EXPECT_EQ(must(ledger.requests().read("q-1")).state, RequestState::destroyed);
}

TEST(Requests, The_erasure_of_one_record_bars_it_for_ever_and_leaves_the_person) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    const Digest record = project.facts("anna").record;
    const auto ask = [&](RequestKind kind, const Digest& about, bool verified) {
        Ask wish = ask_for(kind, person);
        wish.record = about;
        if (verified) wish.verified_by = "letter";
        return must(ledger.requests().accept(wish, kPurpose)).id;
    };
    const std::string same = ask(RequestKind::rectification, record, false);
    const std::string other = ask(RequestKind::rectification, sha256("other"), false);
    const std::string erasure = ask(RequestKind::erasure, record, true);
    const auto barred = [&] {
        const auto kept = must(ledger.snapshots().latest());
        const Snapshot& snapshot = *kept;
        const auto bars = snapshot.bars.find(record);
        return bars != snapshot.bars.end() && bars->second.back().kind == BarKind::erasure;
    };
    EXPECT_TRUE(barred()) << "from its acceptance on";
    for (int times = 0; times < 2; ++times) must(ledger.requests().begin_erasure(erasure));
    for (int times = 0; times < 2; ++times) must(ledger.requests().mark_destroyed(erasure));
    EXPECT_TRUE(barred());
    EXPECT_EQ(must(ledger.persons().all()).size(), 1u);
    EXPECT_EQ(must(ledger.requests().read(same)).state, RequestState::destroyed)
        << "its record is gone";
    EXPECT_EQ(must(ledger.requests().read(other)).state, RequestState::accepted);
    EXPECT_TRUE(must(ledger.verify()).holds);
    must(ledger.rebuild());
    EXPECT_TRUE(barred());
    EXPECT_TRUE(must(ledger.verify()).holds) << "rebuilt from the events alone";
}

TEST(Requests, A_derivation_speaks_for_what_it_has_and_for_nothing_more) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest anna = project.consenting(ledger, "anna");
    must(ledger.requests().accept(ask_for(RequestKind::objection, anna), kPurpose));
    must(ledger.requests().accept(ask_for(RequestKind::erasure, anna), kPurpose));
    must(ledger.requests().accept(ask_for(RequestKind::access, anna), kPurpose));
    must(ledger.requests().mark_derived());
    EXPECT_EQ(must(ledger.requests().read("q-1")).state, RequestState::derived);
    EXPECT_EQ(must(ledger.requests().read("q-2")).state, RequestState::accepted)
        << "not destroyed yet";
    EXPECT_EQ(must(ledger.requests().read("q-3")).state, RequestState::accepted)
        << "not answered yet";
}

TEST(Persons, Names_that_differ_in_spelling_alone_are_not_guessed_between) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    project.consenting(ledger, "anna");
    project.consenting(ledger, "Anna");
    EXPECT_EQ(must(ledger.persons().of_author(name("Anna"))).size(), 1u) << "the exact one";
    EXPECT_TRUE(must(ledger.persons().of_author(name("ANNA"))).empty());
}

TEST(Persons, A_handle_leads_back_to_its_person_until_she_is_erased) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    const std::string handle = ledger.persons().handle(person);
    EXPECT_EQ(handle.substr(0, 2), "p-");
    EXPECT_EQ(handle.size(), 12u);
    EXPECT_EQ(must(ledger.persons().person(handle)), person);
    EXPECT_EQ(code_of(ledger.persons().person("p-aaaaaaaaaa")), 2);
    EXPECT_EQ(must(ledger.persons().of_author(name("anna"))).size(), 1u);
    for (const char* spelling :
         {"Anna", "@anna", " anna ", "u/Anna", "https://reddit.com/user/anna/"})
        EXPECT_EQ(must(ledger.persons().of_author(name(spelling))).size(), 1u) << spelling;
    EXPECT_TRUE(must(ledger.persons().of_author(name("annabel"))).empty());
    Ask ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "letter";
    must(ledger.requests().accept(ask, kPurpose));
    must(ledger.requests().begin_erasure("q-1"));
    EXPECT_EQ(code_of(ledger.persons().person(handle)), 2);
    EXPECT_EQ(must(ledger.requests().read("q-1")).handle, handle)
        << "the request can still be answered";
}

TEST(Persons, An_erased_name_is_stored_again_in_no_spelling) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, "anna"));
    ask.verified_by = "letter";
    must(ledger.requests().accept(ask, kPurpose));
    must(ledger.requests().begin_erasure("q-1"));
    const Sequence before = must(ledger.sequence());
    for (const char* spelling : {"anna", "ANNA", "\xef\xbd\x81nna"}) {  // full-width a
        EXPECT_EQ(code_of(ledger.intake().account(kForum, name(spelling))), 3) << spelling;
        must(ledger.intake().record(project.act(spelling, ActKind::consent, on(kDay))));
    }
    EXPECT_EQ(must(ledger.sequence()), before);
    EXPECT_EQ(code_of(ledger.intake().account("elsewhere", name("anna"))), 0)
        << "another source may be another person";
}

}  // namespace
}  // namespace litura::ledger::testing
