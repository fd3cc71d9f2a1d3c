// The ledger's methods one by one: what they refuse, what they repeat without harm, and what stays on disk.
#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

constexpr std::string_view kDay = "2026-02-01";

Ledger::Ask ask_for(RequestKind kind, const Digest& person) { return {kind, person, {}, {}}; }

/// The machine, with a clock that tests set.
class ClockEnv final : public Env {
public:
    Instant moment = on("2026-02-01");
    Instant now() const override { return moment; }
    void random(std::span<std::uint8_t> out) override { real_->random(out); }
    Result<Bytes> read_file(const Path& path) override { return real_->read_file(path); }
    Result<void> write_file(const Path& path, ByteView bytes) override { return real_->write_file(path, bytes); }
    Result<void> rename(const Path& from, const Path& to) override { return real_->rename(from, to); }
    Result<void> sync_folder(const Path& folder) override { return real_->sync_folder(folder); }
    Result<void> remove(const Path& path) override { return real_->remove(path); }
    Result<void> make_folders(const Path& folder) override { return real_->make_folders(folder); }
    bool exists(const Path& path) override { return real_->exists(path); }
    std::vector<std::string> list(const Path& folder) override { return real_->list(folder); }

private:
    std::unique_ptr<Env> real_ = system_env();
};

TEST(Clock, A_test_project_never_goes_back_and_stands_still_without_now) {
    TestProject project("2026-01-01");
    Ledger ledger = project.at("2026-03-01");
    EXPECT_EQ(ledger.clock(), Ledger::Clock::test);
    must(ledger.add_notice(bytes_of("text")));
    EXPECT_EQ(code_of(Ledger::open(project.db, project.secrets, *project.env, on("2026-02-28"))), 3);
    EXPECT_EQ(must(Ledger::open(project.db, project.secrets, *project.env, {})).now(), on("2026-03-01"));
}

TEST(Clock, A_test_ledger_that_fell_behind_another_process_refuses_to_write) {
    TestProject project("2026-01-01");
    Ledger early = project.at("2026-02-01");
    must(project.at("2026-03-01").add_notice(bytes_of("text")));
    EXPECT_EQ(code_of(early.add_notice(bytes_of("other"))), 3);
    EXPECT_EQ(early.now(), on("2026-03-01"));
}

TEST(Clock, A_real_project_refuses_now_and_survives_a_clock_that_jumps_back) {
    auto db = must(Database::in_memory());
    const keys::ProjectSecrets secrets{keys::random_key(), keys::random_key(), keys::random_key()};
    must(Ledger::create(db, secrets, Ledger::Clock::real, on("2026-01-01")));
    ClockEnv env;
    EXPECT_EQ(code_of(Ledger::open(db, secrets, env, on("2026-02-01"))), 3);
    Ledger ledger = must(Ledger::open(db, secrets, env, {}));
    must(ledger.add_notice(bytes_of("text")));
    env.moment = on("2025-01-01");
    EXPECT_EQ(ledger.now(), on("2026-02-01"));
    must(ledger.add_notice(bytes_of("other")));
    EXPECT_TRUE(must(ledger.verify_chain()).holds);
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
        must(ledger.serve_notice(notice, kForum, on(kDay)));
        must(ledger.add_document(DocumentKind::assessment, bytes_of("Could we have asked? No, too many left."), kPurpose));
        must(ledger.record_act(project.act("anna", Act::Kind::consent, on(kDay), on("2027-01-01"))));
        must(ledger.record_act(project.act("anna", Act::Kind::withdrawal, on(kDay))));
        must(ledger.claim_legitimate_interest(must(ledger.account(kForum, name("bert"))), kPurpose));
    };
    say_all();
    const Sequence before = ledger.sequence();
    say_all();
    EXPECT_EQ(ledger.sequence(), before);
}

TEST(Intake, A_consent_without_all_its_evidence_is_refused_and_leaves_nothing) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    project.prepare(ledger);
    const Sequence before = ledger.sequence();
    const auto refused = [&](auto change) {
        Act act = project.act("anna", Act::Kind::consent, on(kDay));
        change(act);
        EXPECT_EQ(code_of(ledger.record_act(act)), 2);
        EXPECT_EQ(ledger.sequence(), before);
    };
    refused([](Act& act) { act.author = PersonalText(); });
    refused([](Act& act) { act.purpose.clear(); });
    refused([](Act& act) { act.source.clear(); });
    refused([](Act& act) { act.channel.clear(); });
    refused([](Act& act) { act.locale.clear(); });
    refused([](Act& act) { act.notice = sha256("another notice"); });
    refused([](Act& act) { act.at = act.at.plus_days(1); });
    refused([](Act& act) { act.until = act.at; });
    must(ledger.record_act(project.act("anna", Act::Kind::consent, on(kDay))));
}

TEST(Intake, A_withdrawal_is_taken_without_notice_or_channel) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    project.consenting(ledger, "anna");
    Act act = project.act("anna", Act::Kind::withdrawal, on(kDay));
    act.notice = Digest();
    act.channel.clear();
    act.locale.clear();
    must(ledger.record_act(act));
    EXPECT_EQ(project.decision(ledger, "anna").rule, Rule::person_barred);
}

TEST(Documents, An_assessment_must_answer_whether_people_could_have_been_asked) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const auto add = [&](std::string_view text) {
        return code_of(ledger.add_document(DocumentKind::assessment, bytes_of(text), kPurpose));
    };
    EXPECT_EQ(add("We have an interest."), 2);
    EXPECT_EQ(add("Could we have asked?"), 2);
    EXPECT_EQ(add("Could we have asked? No."), 2);
    EXPECT_EQ(add("Could we have asked?\n\n# Next heading with many words"), 2);
    EXPECT_EQ(add("{\"could_we_have_asked\": true, \"purpose\": \"x\"}"), 2);
    EXPECT_EQ(add("could we have asked? \xff\xfe bytes that are no text"), 2);
    EXPECT_EQ(add(""), 2);
    EXPECT_EQ(add("# Assessment\n## Could we have asked?\nNo, most of them have left."), 0);
    EXPECT_EQ(add("{\"could-we-have-asked\": \"No, most of them have left\"}"), 0);
}

TEST(Documents, An_assessment_names_its_own_purpose_or_takes_the_given_one) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    constexpr std::string_view kAnswer = "Could we have asked? No, most of them have left.";
    const auto add = [&](const std::string& text) {
        must(ledger.add_document(DocumentKind::assessment, bytes_of(text), "given"));
    };
    add(std::string(kAnswer));
    add("Purpose:  from a line \r\n" + std::string(kAnswer));
    add("{\"purpose\": \"from json\", \"could_we_have_asked\": \"no, most have left\"}");
    const auto assessments = must(ledger.snapshot()).assessments;
    EXPECT_EQ(assessments.size(), 3u);
    for (const char* purpose : {"given", "from a line", "from json"}) EXPECT_TRUE(assessments.contains(purpose)) << purpose;
}

TEST(Documents, A_document_and_a_notice_come_back_byte_for_byte) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Bytes bytes{0, 10, 255, 10, 0, 13};
    const Digest base = must(ledger.add_document(DocumentKind::base, bytes, ""));
    const Digest notice = must(ledger.add_notice(bytes_of("line one\nline two\n")));
    EXPECT_EQ(must(ledger.document(base)), bytes);
    EXPECT_EQ(text_of(must(ledger.document(notice))), "line one\nline two\n");
    EXPECT_EQ(code_of(ledger.document(sha256("other"))), 2);
}

TEST(Notes, A_note_is_chained_and_changes_no_table) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    must(ledger.note("export.written", Json{{"digest", sha256("model").hex()}}));
    EXPECT_EQ(ledger.sequence(), 2u);
    EXPECT_TRUE(must(ledger.verify_chain()).holds);
}

TEST(NotesDeathTest, A_note_cannot_pass_as_an_event_of_the_ledger) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    EXPECT_EXIT((void)ledger.note("request.derived", Json::object()), ::testing::ExitedWithCode(70), "invariant");
}

TEST(Requests, The_bar_is_there_when_accept_returns) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    EXPECT_TRUE(project.decision(ledger, "anna").admitted);
    const Request request = must(ledger.accept(ask_for(RequestKind::objection, person), kPurpose));
    EXPECT_EQ(request.id, "q-1");
    EXPECT_EQ(request.handle, ledger.handle(person));
    EXPECT_EQ(project.decision(ledger, "anna").rule, Rule::person_barred);
}

TEST(Requests, An_objection_for_one_purpose_leaves_another) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    must(ledger.accept(ask_for(RequestKind::objection, person), "advertising"));
    EXPECT_TRUE(project.decision(ledger, "anna").admitted);
    must(ledger.accept(ask_for(RequestKind::restriction, person), "advertising"));
    EXPECT_FALSE(project.decision(ledger, "anna").admitted) << "a restriction is for every purpose";
}

TEST(Requests, Asking_again_returns_the_request_that_stands) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    for (const RequestKind kind : {RequestKind::objection, RequestKind::withdrawal, RequestKind::restriction,
                                   RequestKind::erasure, RequestKind::access}) {
        const Request first = must(ledger.accept(ask_for(kind, person), kPurpose));
        const Sequence before = ledger.sequence();
        EXPECT_EQ(must(ledger.accept(ask_for(kind, person), kPurpose)).id, first.id) << to_text(kind);
        EXPECT_EQ(ledger.sequence(), before);
    }
    EXPECT_NE(must(ledger.accept(ask_for(RequestKind::objection, person), "advertising")).id, "q-1");
}

TEST(Requests, Asking_again_verified_verifies_the_request_that_stands) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ledger::Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, "anna"));
    EXPECT_FALSE(must(ledger.accept(ask, kPurpose)).verified_by);
    ask.verified_by = "letter";
    const Request again = must(ledger.accept(ask, kPurpose));
    EXPECT_EQ(again.id, "q-1");
    EXPECT_EQ(again.verified_by, "letter");
    EXPECT_EQ(must(ledger.verify("q-1", "account-login")).verified_by, "letter") << "verifying is idempotent";
}

TEST(Requests, Objecting_after_a_new_consent_is_a_new_request) {
    TestProject project;
    Ledger first = project.at("2026-02-01");
    const Digest person = project.consenting(first, "anna");
    must(first.accept(ask_for(RequestKind::objection, person), kPurpose));
    Ledger second = project.at("2026-02-02");
    must(second.record_act(project.act("anna", Act::Kind::consent, on("2026-02-02"))));
    EXPECT_TRUE(project.decision(second, "anna").admitted);
    Ledger third = project.at("2026-02-03");
    EXPECT_EQ(must(third.accept(ask_for(RequestKind::objection, person), kPurpose)).id, "q-2");
    EXPECT_FALSE(project.decision(third, "anna").admitted);
}

TEST(Requests, Malformed_asks_are_refused_and_leave_nothing) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    const Sequence before = ledger.sequence();
    Ledger::Ask ask = ask_for(RequestKind::rectification, person);
    EXPECT_EQ(code_of(ledger.accept(ask, kPurpose)), 2) << "without a record";
    ask = ask_for(RequestKind::erasure, person);
    ask.record = project.facts("anna").record;
    EXPECT_EQ(code_of(ledger.accept(ask, kPurpose)), 2) << "of one record";
    ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "anna@example.org";
    EXPECT_EQ(code_of(ledger.accept(ask, kPurpose)), 2) << "an address is no method";
    EXPECT_EQ(code_of(ledger.accept(ask_for(RequestKind::erasure, sha256("nobody")), kPurpose)), 2);
    EXPECT_EQ(code_of(ledger.accept(ask_for(RequestKind::lift_restriction, person), kPurpose)), 3);
    for (const char* id : {"", "q-", "q-9", "1", "q-1x", "q--1", "o-1", "q-99999999999999999999"}) {
        EXPECT_EQ(code_of(ledger.request(id)), 2) << id;
    }
    EXPECT_EQ(ledger.sequence(), before);
}

TEST(Requests, Nothing_is_destroyed_unverified_or_under_the_wrong_kind) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    must(ledger.accept(ask_for(RequestKind::erasure, person), kPurpose));
    must(ledger.accept(ask_for(RequestKind::objection, person), kPurpose));
    EXPECT_EQ(code_of(ledger.begin_erasure("q-1")), 3);
    EXPECT_EQ(code_of(ledger.mark_destroyed("q-1")), 3);
    EXPECT_EQ(code_of(ledger.begin_erasure("q-2")), 2);
    EXPECT_EQ(code_of(ledger.mark_destroyed("q-2")), 2);
    must(ledger.verify("q-1", "letter"));
    EXPECT_EQ(code_of(ledger.begin_rectification("q-1", Digest())), 2);
    EXPECT_EQ(code_of(ledger.mark_destroyed("q-1")), 3) << "verified is not destroyed";
}

TEST(Requests, The_steps_of_an_erasure_can_be_repeated_after_a_crash) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ledger::Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, "anna"));
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    for (int times = 0; times < 2; ++times) must(ledger.mark_suppressed("q-1"));
    for (int times = 0; times < 2; ++times) must(ledger.begin_erasure("q-1"));
    EXPECT_EQ(must(ledger.request("q-1")).state, RequestState::accepted) << "begun is not destroyed";
    for (int times = 0; times < 2; ++times) must(ledger.mark_destroyed("q-1"));
    const Sequence before = ledger.sequence();
    for (int times = 0; times < 2; ++times) must(ledger.mark_derived());
    EXPECT_EQ(ledger.sequence(), before + 1) << "nothing left to derive the second time";
    const Request request = must(ledger.request("q-1"));
    EXPECT_EQ(request.state, RequestState::derived);
    EXPECT_TRUE(request.suppressed_at && request.destroyed_at && request.derived_at);
}

TEST(Requests, A_rolled_back_erasure_leaves_the_person_as_she_was) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    Ledger::Ask ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    {
        auto transaction = must(project.db.begin());
        must(ledger.begin_erasure("q-1"));
        EXPECT_TRUE(must(ledger.accounts()).empty());
    }
    EXPECT_EQ(must(ledger.accounts()).size(), 1u);
    const Verification found = must(ledger.verify_chain());
    EXPECT_TRUE(found.holds) << found.first_difference;
    EXPECT_EQ(found.unreadable, 0u);
}

TEST(Requests, An_erasure_also_closes_a_rectification_that_was_waiting) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    Ledger::Ask ask = ask_for(RequestKind::rectification, person);
    ask.record = project.facts("anna").record;
    must(ledger.accept(ask, kPurpose));
    ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    must(ledger.begin_erasure("q-2"));
    must(ledger.mark_destroyed("q-2"));
    EXPECT_EQ(must(ledger.request("q-1")).state, RequestState::destroyed);
}

TEST(Requests, A_derivation_speaks_for_what_it_has_and_for_nothing_more) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest anna = project.consenting(ledger, "anna");
    must(ledger.accept(ask_for(RequestKind::objection, anna), kPurpose));
    must(ledger.accept(ask_for(RequestKind::erasure, anna), kPurpose));
    must(ledger.accept(ask_for(RequestKind::access, anna), kPurpose));
    must(ledger.mark_derived());
    EXPECT_EQ(must(ledger.request("q-1")).state, RequestState::derived);
    EXPECT_EQ(must(ledger.request("q-2")).state, RequestState::accepted) << "not destroyed yet";
    EXPECT_EQ(must(ledger.request("q-3")).state, RequestState::accepted) << "not answered yet";
}

TEST(Persons, A_handle_leads_back_to_its_person_until_she_is_erased) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest person = project.consenting(ledger, "anna");
    const std::string handle = ledger.handle(person);
    EXPECT_EQ(handle.substr(0, 2), "p-");
    EXPECT_EQ(handle.size(), 12u);
    EXPECT_EQ(must(ledger.person(handle)), person);
    EXPECT_EQ(code_of(ledger.person("p-aaaaaaaaaa")), 2);
    EXPECT_EQ(must(ledger.find_accounts(name("anna"))).size(), 1u);
    EXPECT_TRUE(must(ledger.find_accounts(name("Anna"))).empty()) << "look-up is exact";
    Ledger::Ask ask = ask_for(RequestKind::erasure, person);
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    must(ledger.begin_erasure("q-1"));
    EXPECT_EQ(code_of(ledger.person(handle)), 2);
    EXPECT_EQ(must(ledger.request("q-1")).handle, handle) << "the request can still be answered";
}

TEST(Persons, An_erased_name_is_stored_again_in_no_spelling) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    Ledger::Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, "anna"));
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    must(ledger.begin_erasure("q-1"));
    const Sequence before = ledger.sequence();
    for (const char* spelling : {"anna", "ANNA", "\xef\xbd\x81nna"}) {  // full-width a
        EXPECT_EQ(code_of(ledger.account(kForum, name(spelling))), 3) << spelling;
        must(ledger.record_act(project.act(spelling, Act::Kind::consent, on(kDay))));
    }
    EXPECT_EQ(ledger.sequence(), before);
    EXPECT_EQ(code_of(ledger.account("elsewhere", name("anna"))), 0) << "another source may be another person";
}

TEST(Orders, Several_orders_stop_until_the_last_is_lifted) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    EXPECT_EQ(must(ledger.stop("Authority A", "case 1", bytes_of("scan"))).id, "o-1");
    EXPECT_EQ(must(ledger.stop("Court B", "case 2", {})).id, "o-2");
    must(ledger.lift("o-1", "J. Doe", "R. Roe"));
    EXPECT_TRUE(must(ledger.snapshot()).stopped);
    must(ledger.lift("o-2", "J. Doe", "R. Roe"));
    EXPECT_FALSE(must(ledger.snapshot()).stopped);
    const auto orders = must(ledger.orders());
    ASSERT_EQ(orders.size(), 2u);
    EXPECT_EQ(orders[1].authority, "Court B");
    EXPECT_TRUE(orders[0].lifted_at.has_value());
    EXPECT_EQ(code_of(ledger.lift("o-3", "J. Doe", "R. Roe")), 2);
    EXPECT_EQ(code_of(ledger.lift("o-1", "J. Doe", "")), 2);
}

TEST(PermitOfLedger, An_order_by_another_connection_refuses_every_act_at_once) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.ledger())), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.ledger()));
    constexpr litura::Act kActs[] = {litura::Act::step, litura::Act::write, litura::Act::promote, litura::Act::serve,
                                     litura::Act::publish};
    for (const auto act : kActs) must(permit->check(act));
    auto other_db = must(Database::open(folder.ledger()));
    Ledger other = must(Ledger::open(other_db, project.secrets, *project.env, on(kDay)));
    must(other.stop("Authority A", "case 1", {}));
    for (const auto act : kActs) EXPECT_EQ(code_of(permit->check(act)), 3);
    must(other.lift("o-1", "J. Doe", "R. Roe"));
    must(permit->check(litura::Act::step));
    must(project.db.truncate_log(0));  // checking leaves no reader behind
}

TEST(PermitOfLedger, What_cannot_be_read_is_a_refusal) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.ledger())), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.ledger()));
    must(project.db.execute("DROP TABLE \"order\""));
    EXPECT_EQ(code_of(permit->check(litura::Act::step)), 3);
    std::filesystem::rename(folder.ledger(), folder.path() / "away.db");
    EXPECT_EQ(code_of(permit->check(litura::Act::step)), 3);
    EXPECT_FALSE(ledger.permit(folder.path() / "absent.db").ok());
}

TEST(PermitOfLedger, Several_threads_may_ask_while_an_order_comes_in) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.ledger())), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.ledger()));
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&] {
                while (permit->check(litura::Act::step).ok()) std::this_thread::yield();
                ++refused;
            });
        }
        must(ledger.stop("Authority A", "case 1", {}));
    }
    EXPECT_EQ(refused, 3);
}

TEST(Concurrency, Two_processes_append_to_one_chain) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.ledger())), "2026-01-01");
    constexpr int kEach = 20;
    const auto append = [&](std::string_view who) {
        auto db = must(Database::open(folder.ledger()));
        Ledger ledger = must(Ledger::open(db, project.secrets, *project.env, on(kDay)));
        for (int at = 0; at < kEach; ++at) must(ledger.account(kForum, name(std::string(who) + std::to_string(at))));
    };
    {
        std::jthread first(append, "a");
        std::jthread second(append, "b");
    }
    Ledger ledger = project.at(kDay);
    EXPECT_EQ(ledger.sequence(), 1u + 2 * kEach);
    EXPECT_TRUE(must(ledger.verify_chain()).holds);
}

TEST(Residue, No_name_or_signature_stands_in_the_files_and_an_erased_key_is_gone) {
    const TestFolder folder;
    const std::string canary = "Xylophilia-Brandtweiner";
    TestProject project(must(Database::open(folder.ledger())), "2026-01-01");
    Ledger ledger = project.at(kDay);
    Ledger::Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, canary));
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    must(ledger.stop("Authority " + canary, "case " + canary, bytes_of(canary)));
    must(ledger.lift("o-1", canary, "R. Roe"));
    auto wrapped = must(project.db.prepare("SELECT wrapped FROM person_key"));
    ASSERT_TRUE(must(wrapped.step()));
    const std::string key = std::string(text_of(wrapped.blob(0)));
    wrapped.reset();

    const auto found = [&](const std::string& what) {
        std::string all;
        for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
            std::ifstream in(file.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(in), {});
        }
        return all.find(what) != all.npos;
    };
    EXPECT_FALSE(found(canary));
    EXPECT_TRUE(found(key)) << "else the next check would prove nothing";
    must(ledger.begin_erasure("q-1"));
    must(project.db.truncate_log(0));
    EXPECT_FALSE(found(key));
    EXPECT_FALSE(found(canary));
}

}  // namespace
}  // namespace litura::ledger::testing
