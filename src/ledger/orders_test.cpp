// Orders and the Permit; two writers on one ledger; what lies on disk.
#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

constexpr std::string_view kDay = "2026-02-01";

TEST(Orders, Several_orders_stop_until_the_last_is_lifted) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    EXPECT_EQ(must(ledger.stop({"Authority A", "case 1", bytes_of("scan")})).id, "o-1");
    EXPECT_EQ(must(ledger.stop({"Court B", "case 2", {}})).id, "o-2");
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
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    constexpr litura::Act kActs[] = {litura::Act::step, litura::Act::write, litura::Act::promote,
                                     litura::Act::serve, litura::Act::publish};
    for (const auto act : kActs) must(permit->check(act));
    auto other_db = must(Database::open(folder.path() / "ledger.db"));
    Ledger other = must(Ledger::open(other_db, project.secrets, *project.env, on(kDay)));
    must(other.stop({"Authority A", "case 1", {}}));
    for (const auto act : kActs) EXPECT_EQ(code_of(permit->check(act)), 3);
    must(other.lift("o-1", "J. Doe", "R. Roe"));
    must(permit->check(litura::Act::step));
    must(project.db.truncate_log(0));  // checking leaves no reader behind
}

TEST(PermitOfLedger, An_order_against_one_act_lets_the_others_go_on) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    must(ledger.stop({"Authority A", "case 1"}, {litura::Act::publish, litura::Act::step}));
    EXPECT_EQ(code_of(permit->check(litura::Act::publish)), 3);
    EXPECT_EQ(code_of(permit->check(litura::Act::step)), 3);
    for (const auto act : {litura::Act::write, litura::Act::promote, litura::Act::serve})
        must(permit->check(act));
    EXPECT_EQ(must(ledger.orders())[0].acts,
              (std::vector{litura::Act::step, litura::Act::publish}));
    EXPECT_EQ(code_of(ledger.stop({"Authority A", "case 2"}, {})), 2);
}

TEST(PermitOfLedger, Exclusions_and_warnings_stop_no_act) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    const Predicate scope = must(Predicate::parse("source is \"forum\""));
    must(ledger.exclude({"Authority A", "case 1"}, scope));
    EXPECT_EQ(code_of(ledger.warn({"Authority A", "letter"})), 2);  // no deadline
    must(ledger.warn({"Authority A", "letter", {}, false, on("2026-03-01")}));
    for (const auto act : kEveryAct) must(permit->check(act));
    EXPECT_FALSE(must(ledger.snapshot()).stopped);
    const auto orders = must(ledger.orders());
    EXPECT_EQ(orders[0].scope, scope.text());
    EXPECT_EQ(orders[1].until, on("2026-03-01"));
    EXPECT_TRUE(must(ledger.verify_chain()).holds);
}

TEST(PermitOfLedger, An_order_about_one_model_lets_the_others_go_on) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    const Digest model = sha256("model"), other = sha256("another model");
    must(ledger.stop({"Authority A", "case 1"}, {litura::Act::serve}, model));
    EXPECT_EQ(code_of(permit->check_with(litura::Act::serve, model)), 3);
    EXPECT_EQ(code_of(ModelPermit(*permit, model).check(litura::Act::serve)), 3);
    must(permit->check_with(litura::Act::publish, model));
    must(permit->check_with(litura::Act::serve, other));
    must(permit->check(litura::Act::serve));
    EXPECT_FALSE(must(ledger.snapshot()).stopped);
    must(ledger.stop({"Authority A", "case 2"}, {litura::Act::serve}));
    EXPECT_EQ(code_of(permit->check_with(litura::Act::serve, other)), 3);
    EXPECT_TRUE(must(ledger.verify_chain()).holds);
}

TEST(PermitOfLedger, A_refusal_names_its_order) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    must(ledger.stop({"Authority A", "case 1"}));
    const auto refused = permit->check(litura::Act::step);
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
    const auto scope = must(Predicate::parse("person is \"" + ledger.handle(anna) + "\""));
    must(ledger.exclude({"Authority A", "case 1"}, scope));
    EXPECT_EQ(project.decision(ledger, "anna").rule, Rule::order_excludes);
    EXPECT_EQ(project.decision(ledger, "bert").rule, Rule::consent_live);
    const auto nobody = must(Predicate::parse("person is \"p-aaaaaaaaaa\""));
    EXPECT_EQ(code_of(ledger.exclude({"Authority A", "case 2"}, nobody)), 2);
    // A linked account is the person's too.
    const Digest other = project.consenting(ledger, "anna_again");
    must(ledger.link(anna, other, bytes_of("shown by both log-ins")));
    EXPECT_EQ(project.decision(ledger, "anna_again").rule, Rule::order_excludes);
}

TEST(Orders, What_was_decided_is_kept_with_its_moment) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    must(ledger.warn({"Association", "letter", {}, false, on("2026-02-08")}));
    EXPECT_FALSE(must(ledger.orders())[0].decision.has_value());
    must(ledger.decide_order("o-1", "no undertaking"));
    Ledger later = project.at("2026-02-05");
    must(later.decide_order("o-1", "an undertaking after all"));
    const auto orders = must(later.orders());
    EXPECT_EQ(orders[0].decision->text, "an undertaking after all");
    EXPECT_EQ(orders[0].decision->at, on("2026-02-05"));
    EXPECT_EQ(must(later.notes("order.decided")).size(), 2u);
    EXPECT_EQ(code_of(later.decide_order("o-2", "what?")), 2);
    EXPECT_TRUE(must(later.verify_chain()).holds);
}

TEST(PermitOfLedger, What_cannot_be_read_is_a_refusal) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    must(project.db.execute("DROP TABLE \"order\""));
    EXPECT_EQ(code_of(permit->check(litura::Act::step)), 3);
    std::filesystem::rename(folder.path() / "ledger.db", folder.path() / "away.db");
    EXPECT_EQ(code_of(permit->check(litura::Act::step)), 3);
    EXPECT_FALSE(ledger.permit(folder.path() / "absent.db").ok());
}

TEST(PermitOfLedger, Several_threads_may_ask_while_an_order_comes_in) {
    const TestFolder folder;
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    const auto permit = must(ledger.permit(folder.path() / "ledger.db"));
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&] {
                while (permit->check(litura::Act::step).ok()) std::this_thread::yield();
                ++refused;
            });
        }
        must(ledger.stop({"Authority A", "case 1", {}}));
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
            must(ledger.account(kForum, name(std::string(who) + std::to_string(at))));
        }
    };
    {
        std::jthread first(append, "a");
        std::jthread second(append, "b");
    }
    Ledger ledger = project.at(kDay);
    EXPECT_EQ(must(ledger.sequence()), 2u + 2 * kEach);
    EXPECT_TRUE(must(ledger.verify_chain()).holds);
}

TEST(Residue, No_name_or_signature_stands_in_the_files_and_an_erased_key_is_gone) {
    const TestFolder folder;
    const std::string canary = "Xylophilia-Brandtweiner";
    TestProject project(must(Database::open(folder.path() / "ledger.db")), "2026-01-01");
    Ledger ledger = project.at(kDay);
    Ledger::Ask ask = ask_for(RequestKind::erasure, project.consenting(ledger, canary));
    ask.verified_by = "letter";
    must(ledger.accept(ask, kPurpose));
    must(ledger.stop({"Authority " + canary, "case " + canary, bytes_of(canary)}));
    must(ledger.lift("o-1", canary, "R. Roe"));
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
    must(ledger.begin_erasure("q-1"));
    must(project.db.truncate_log(0));
    EXPECT_FALSE(found(key));
    EXPECT_FALSE(found(canary));
}

}  // namespace
}  // namespace litura::ledger::testing
