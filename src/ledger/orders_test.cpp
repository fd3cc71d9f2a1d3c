// Orders and the Permit; two writers on one ledger; what lies on disk.
#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/intake.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

TEST(Orders, Several_orders_stop_until_the_last_is_lifted) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    EXPECT_EQ(must(ledger.orders().stop({"Authority A", "case 1", bytes_of("scan")})).id, "o-1");
    EXPECT_EQ(must(ledger.orders().stop({"Court B", "case 2", {}})).id, "o-2");
    must(ledger.orders().lift("o-1", "J. Doe", "R. Roe"));
    EXPECT_TRUE(must(ledger.snapshots().latest())->stopped);
    must(ledger.orders().lift("o-2", "J. Doe", "R. Roe"));
    EXPECT_FALSE(must(ledger.snapshots().latest())->stopped);
    const auto orders = must(ledger.orders().all());
    ASSERT_EQ(orders.size(), 2u);
    EXPECT_EQ(orders[1].authority, "Court B");
    EXPECT_TRUE(orders[0].lifted_at.has_value());
    EXPECT_EQ(code_of(ledger.orders().lift("o-3", "J. Doe", "R. Roe")), 2);
    EXPECT_EQ(code_of(ledger.orders().lift("o-1", "J. Doe", "")), 2);
}

TEST(PermitOfLedger, An_order_by_another_connection_refuses_every_act_at_once) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    constexpr Operation kActs[] = {Operation::step, Operation::write, Operation::promote,
                                   Operation::serve, Operation::publish};
    for (const auto act : kActs) must(permit->check(act));
    auto other_db = must(Database::open(folder.path() / "ledger.db"));
    Ledger other = must(Ledger::open(other_db, project.secrets, *project.env, on(kDay)));
    must(other.orders().stop({"Authority A", "case 1", {}}));
    for (const auto act : kActs) EXPECT_EQ(code_of(permit->check(act)), 3);
    must(other.orders().lift("o-1", "J. Doe", "R. Roe"));
    must(permit->check(Operation::step));
    must(project.db.truncate_log(0));  // checking leaves no reader behind
}

TEST(PermitOfLedger, An_order_against_one_act_lets_the_others_go_on) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    must(ledger.orders().stop({"Authority A", "case 1"}, {Operation::publish, Operation::step}));
    EXPECT_EQ(code_of(permit->check(Operation::publish)), 3);
    EXPECT_EQ(code_of(permit->check(Operation::step)), 3);
    for (const auto act : {Operation::write, Operation::promote, Operation::serve})
        must(permit->check(act));
    EXPECT_EQ(must(ledger.orders().all())[0].acts,
              (std::vector{Operation::step, Operation::publish}));
    EXPECT_EQ(code_of(ledger.orders().stop({"Authority A", "case 2"}, {})), 2);
}

TEST(PermitOfLedger, Exclusions_and_warnings_stop_no_act) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    const Predicate scope = must(Predicate::parse("source is \"forum\""));
    must(ledger.orders().exclude({"Authority A", "case 1"}, scope));
    EXPECT_EQ(code_of(ledger.orders().warn({"Authority A", "letter"})), 2);  // no deadline
    must(ledger.orders().warn({"Authority A", "letter", {}, false, on("2026-03-01")}));
    for (const auto act : kEveryOperation) must(permit->check(act));
    EXPECT_FALSE(must(ledger.snapshots().latest())->stopped);
    const auto orders = must(ledger.orders().all());
    EXPECT_EQ(orders[0].scope, scope.text());
    EXPECT_EQ(orders[1].until, on("2026-03-01"));
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(PermitOfLedger, An_order_about_one_model_lets_the_others_go_on) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    const Digest model = sha256("model"), other = sha256("another model");
    must(ledger.orders().stop({"Authority A", "case 1"}, {Operation::serve}, model));
    EXPECT_EQ(code_of(permit->check_with(Operation::serve, model)), 3);
    EXPECT_EQ(code_of(ModelPermit(*permit, {model}).check(Operation::serve)), 3);
    EXPECT_EQ(code_of(ModelPermit(*permit, {other, model}).check(Operation::serve)), 3);
    must(ModelPermit(*permit, {other}).check(Operation::serve));
    must(permit->check_with(Operation::publish, model));
    must(permit->check_with(Operation::serve, other));
    must(permit->check(Operation::serve));
    EXPECT_FALSE(must(ledger.snapshots().latest())->stopped);
    must(ledger.orders().stop({"Authority A", "case 2"}, {Operation::serve}));
    EXPECT_EQ(code_of(permit->check_with(Operation::serve, other)), 3);
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(PermitOfLedger, A_refusal_names_its_order) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    must(ledger.orders().stop({"Authority A", "case 1"}));
    const auto refused = permit->check(Operation::step);
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(names_order(refused.error()));
    EXPECT_EQ(refused.error().where, "o-1");
    EXPECT_FALSE(names_order({Code::forbidden, "something else", "event 1", ""}));
}

TEST(Orders, An_order_names_persons_that_are_known) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    const Digest anna = project.consenting(ledger, "anna");
    project.consenting(ledger, "bert");
    const auto scope =
        must(Predicate::parse("person is \"" + ledger.persons().handle(anna) + "\""));
    must(ledger.orders().exclude({"Authority A", "case 1"}, scope));
    EXPECT_EQ(project.decision(ledger, "anna").rule, Rule::order_excludes);
    EXPECT_EQ(project.decision(ledger, "bert").rule, Rule::consent_live);
    const auto nobody = must(Predicate::parse("person is \"p-aaaaaaaaaa\""));
    EXPECT_EQ(code_of(ledger.orders().exclude({"Authority A", "case 2"}, nobody)), 2);
    // A linked account is the person's too.
    const Digest other = project.consenting(ledger, "anna_again");
    must(ledger.persons().link(anna, other, bytes_of("shown by both log-ins")));
    EXPECT_EQ(project.decision(ledger, "anna_again").rule, Rule::order_excludes);
}

TEST(Orders, What_was_decided_is_kept_with_its_moment) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    must(ledger.orders().warn({"Association", "letter", {}, false, on("2026-02-08")}));
    EXPECT_FALSE(must(ledger.orders().all())[0].decision.has_value());
    must(ledger.orders().decide("o-1", "no undertaking"));
    Ledger later = project.at("2026-02-05");
    must(later.orders().decide("o-1", "an undertaking after all"));
    const auto orders = must(later.orders().all());
    EXPECT_EQ(orders[0].decision->text, "an undertaking after all");
    EXPECT_EQ(orders[0].decision->at, on("2026-02-05"));
    EXPECT_EQ(must(later.events("order.decided")).size(), 2u);
    EXPECT_EQ(code_of(later.orders().decide("o-2", "what?")), 2);
    EXPECT_TRUE(must(later.verify()).holds);
}

TEST(PermitOfLedger, What_cannot_be_read_is_a_refusal) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    must(project.db.execute("DROP TABLE \"order\""));
    EXPECT_EQ(code_of(permit->check(Operation::step)), 3);
    std::filesystem::rename(folder.path() / "ledger.db", folder.path() / "away.db");
    EXPECT_EQ(code_of(permit->check(Operation::step)), 3);
    EXPECT_FALSE(ledger.orders().permit(folder.path() / "absent.db").ok());
}

TEST(PermitOfLedger, Several_threads_may_ask_while_an_order_comes_in) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.orders().permit(folder.path() / "ledger.db"));
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&] {
                while (permit->check(Operation::step).ok()) std::this_thread::yield();
                ++refused;
            });
        }
        must(ledger.orders().stop({"Authority A", "case 1", {}}));
    }
    EXPECT_EQ(refused, 3);
}

TEST(Concurrency, Two_processes_append_to_one_chain) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    constexpr int kEach = 20;
    const auto append = [&](std::string_view who) {
        auto db = must(Database::open(folder.path() / "ledger.db"));
        Ledger ledger = must(Ledger::open(db, project.secrets, *project.env, on(kDay)));
        for (int at = 0; at < kEach; ++at) {
            must(ledger.intake().account(kForum, name(std::string(who) + std::to_string(at))));
        }
    };
    {
        std::jthread first(append, "a");
        std::jthread second(append, "b");
    }
    Ledger ledger = project.at(kDay);
    EXPECT_EQ(must(ledger.sequence()), 2u + 2 * kEach);
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(Residue, No_name_or_signature_stands_in_the_files_and_an_erased_key_is_gone) {
    const TestFolder folder;
    const std::string canary = "Xylophilia-Brandtweiner";
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, canary));
    ask.verified_by = "letter";
    must(ledger.requests().accept(ask, kPurpose));
    must(ledger.orders().stop({"Authority " + canary, "case " + canary, bytes_of(canary)}));
    must(ledger.orders().lift("o-1", canary, "R. Roe"));
    auto wrapped = must(project.db.prepare("SELECT wrapped FROM held_key"));
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
    must(ledger.requests().begin_erasure("q-1"));
    must(project.db.truncate_log(0));
    EXPECT_FALSE(found(key));
    EXPECT_FALSE(found(canary));
}

}  // namespace
}  // namespace litura::ledger::testing
