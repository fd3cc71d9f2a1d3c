#include "service/intake.hpp"

#include <gtest/gtest.h>

#include "ledger/decide.hpp"
#include "service/persons.hpp"
#include "service/requests.hpp"
#include "ledger/persons.hpp"
#include "service/test_session.hpp"
#include "service/turns.hpp"

namespace litura::service {
namespace {

using derive::testing::World;

const std::string kObjection =
    R"({"author": "anna", "source": "forum", "purpose": "model_training", "act": "objection", )"
    R"("at": "2024-01-10T00:00:00Z"})";

ImportArguments import_of(const Path& path) {
    ImportArguments wish;
    wish.format = "jsonl";
    wish.path = path;
    wish.source = "forum";
    return wish;
}

TEST(Import, CountsWhatBecameOfEveryRecord) {
    World world;
    const Path path = file_of(world, "posts.jsonl",
                              line_of("a", "anna", "one") + line_of("a", "anna", "one") +
                                  line_of("b", "otto", "two") + R"({"id": "c"})" + "\n");
    const Imported first = must(import(*session_of(world), import_of(path)));
    EXPECT_EQ(first.format, "jsonl");
    EXPECT_EQ(first.counts.in, 4u);
    EXPECT_EQ(first.counts.imported, 2u);
    EXPECT_EQ(first.counts.unchanged, 1u);
    ASSERT_EQ(first.counts.rejected.size(), 1u);
    EXPECT_EQ(first.counts.rejected.begin()->second, 1u);
    const Imported again = must(import(*session_of(world), import_of(path)));
    EXPECT_EQ(again.counts.imported, 0u);
    EXPECT_EQ(again.counts.unchanged, 3u);
    EXPECT_EQ(to_json(again)["in"], 4u);
}

TEST(Import, WithoutAGroundARecordIsKeptAndNotUsed) {
    World world;
    ImportArguments wish = import_of(file_of(world, "p.jsonl", line_of("a", "anna", "one")));
    const Imported kept = must(import(*session_of(world), wish));
    EXPECT_EQ(kept.admission.records, 0u);
    ASSERT_EQ(kept.why_not.size(), 1u);
    EXPECT_EQ(kept.why_not[0].rule, ledger::Rule::no_ground);
    EXPECT_FALSE(kept.why_not[0].article.empty());
    wish.ground = "legitimate_interest";
    const Imported claimed = must(import(*session_of(world), wish));
    EXPECT_EQ(claimed.claimed, 1u);
    EXPECT_EQ(claimed.admission.records, 1u);
    EXPECT_EQ(must(import(*session_of(world), wish)).claimed, 0u) << "claimed once";
}

TEST(Import, ConsentIsNoFlag) {
    World world;
    ImportArguments wish = import_of(file_of(world, "p.jsonl", line_of("a", "anna", "one")));
    for (const char* ground : {"consent", "contract"}) {
        wish.ground = ground;
        EXPECT_EQ(code_of(import(*session_of(world), wish)), 2) << ground;
    }
    EXPECT_TRUE(must(persons(*session_of(world))).empty()) << "nothing was read";
}

TEST(Import, AFileOfWhichNothingWasReadIsNoSuccess) {
    World world;
    const auto session = session_of(world);
    EXPECT_EQ(code_of(import(*session, import_of(file_of(world, "p.jsonl", "")))), 2);
    EXPECT_TRUE(must(session->ledger().events("import.done")).empty());
}

TEST(Import, ActsComeFirst) {
    World world;
    ImportArguments wish = import_of(
        file_of(world, "p.jsonl", line_of("a", "anna", "one") + line_of("b", "otto", "two")));
    wish.ground = "legitimate_interest";
    wish.evidence = ActsFile{"acts.jsonl", content(kObjection)};
    const Imported imported = must(import(*session_of(world), wish));
    EXPECT_EQ(imported.acts, 1u);
    EXPECT_EQ(imported.admission.persons, 1u) << "she objected before her record came";
}

TEST(Import, WhomAnErasureBarredIsRejected) {
    World world;
    world.import(derive::testing::posts_of(4));
    world.derive();
    world.request(ledger::RequestKind::erasure, 1);
    const Path path = file_of(world, "p.jsonl", line_of("n", "person1", "back again"));
    const Imported imported = must(import(*session_of(world), import_of(path)));
    EXPECT_EQ(imported.counts.imported, 0u);
    EXPECT_EQ(imported.counts.in, 1u);
    ASSERT_EQ(imported.counts.rejected.size(), 1u);
}

TEST(Turns, OthersHaveTheirTurnAndTheirBarsHold) {
    World world;
    world.import(derive::testing::posts_of(4));
    const auto session = session_of(world);
    const Digest someone = must(find_person(*session, person(1)));
    const auto bars_of = [&](const ledger::Snapshot& bars) {
        return bars.accounts.at(someone).bars.size();
    };
    Turns turns(*session, 2);
    must(turns.step(0));
    EXPECT_EQ(bars_of(*must(turns.bars())), 0u);
    must(turns.step(0));
    must(turns.finish());
    world.request(ledger::RequestKind::objection, 1);
    must(turns.step(0));
    EXPECT_GT(bars_of(*must(turns.bars())), 0u) << "barred from the next step on";
    must(turns.finish());
}

TEST(Turns, AFullTurnIsCommittedBeforeTheNextStep) {
    World world;
    const auto session = session_of(world), other = session_of(world);
    Turns turns(*session, 2);
    const auto write = [&](const char* type) {
        must(turns.step(0));
        must(session->ledger().append("import.done", {{"source", type}}));
    };
    const auto before = must(other->ledger().sequence());
    write("a");
    write("b");
    EXPECT_EQ(must(other->ledger().sequence()), before);
    write("c");
    EXPECT_EQ(must(other->ledger().sequence()), before + 2);
    must(turns.finish());
    EXPECT_EQ(must(other->ledger().sequence()), before + 3);
}

TEST(Acts, AFileWithALineThatIsNoneIsRefusedWhole) {
    World world;
    const auto session = session_of(world);
    const auto refused =
        record_acts(*session, {"acts.jsonl", content(kObjection + "\n\n{\"author\": \"otto\"}\n")},
                    Receipts::none);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().where, "acts.jsonl, line 3");
    EXPECT_EQ(refused.error().message.find("otto"), std::string::npos);
    EXPECT_TRUE(must(session->ledger().persons().all()).empty());
}

TEST(Acts, AReceiptNamesNobody) {
    World world;
    const auto recorded = must(
        record_acts(*session_of(world), {"acts.jsonl", content(kObjection)}, Receipts::wanted));
    ASSERT_EQ(recorded.receipts.size(), 1u);
    EXPECT_FALSE(recorded.receipts[0].commitment.is_zero());
    EXPECT_EQ(compact(to_json(recorded)).find("anna"), std::string::npos);
}

}  // namespace
}  // namespace litura::service
