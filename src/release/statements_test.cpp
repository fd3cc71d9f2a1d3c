// Statements over toy models: what a crash leaves, what dies with a person, who shares a leaf.
#include "release/statements.hpp"

#include <gtest/gtest.h>

#include "derive/test_world.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"
#include "release/agreement.hpp"
#include "release/commitment.hpp"
#include "release/project_log.hpp"

namespace litura::release {
namespace {

using derive::testing::name_of;
using derive::testing::posts_of;
using derive::testing::World;

class StatementTest : public ::testing::Test {
protected:
    StatementTest() {
        world_.import(posts_of(16));
        world_.derive();
    }

    Stated state() { return must(state_visible_model(*world_.open())); }

    Result<bool> is_in(const Stated& stated, int person) {
        std::vector<PersonalText> names;
        names.push_back(name_of(person));
        const proof::Ticket ticket = TRY(make_ticket(*world_.open(), stated, names));
        const proof::CheckedTicket verdict =
            TRY(proof::check_ticket(ticket, names[0], {}, stated.statement.made));
        return verdict.present();
    }

    World world_;
};

TEST_F(StatementTest, Is_made_once_for_a_model_and_again_when_it_expires) {
    const Stated first = state();
    EXPECT_TRUE(first.made_now);
    EXPECT_EQ(first.statement.items, 32u);
    EXPECT_EQ(first.statement.sources, 4u) << "one, and blanks";
    EXPECT_EQ(state().note, first.note);
    world_.today = "2024-09-28";
    const Stated second = state();
    EXPECT_TRUE(second.made_now);
    EXPECT_NE(second.statement.vrf, first.statement.vrf);
    EXPECT_NE(second.statement.map_root, first.statement.map_root);
    EXPECT_NE(second.statement.items_root, first.statement.items_root);
    EXPECT_EQ(second.statement.manifest, first.statement.manifest);
}

TEST_F(StatementTest, Everybody_is_told_where_they_are) {
    const Stated stated = state();
    for (int person = 0; person < 24; ++person)
        EXPECT_EQ(must(is_in(stated, person)), person < 16) << person;
}

TEST_F(StatementTest, A_crash_before_the_log_is_made_good) {
    const Stated stated = state();
    std::filesystem::remove_all(world_.paths().hidden() / "log");
    const auto again = must(last_statement(*world_.open()));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->note, stated.note);
    EXPECT_TRUE(must(is_in(*again, 3)));
}

TEST_F(StatementTest, Names_a_head_that_the_chain_must_hold_for_ever) {
    const auto project = world_.open();
    EXPECT_TRUE(must(stated_heads(*project)).empty());
    const Stated stated = state();
    const auto heads = must(stated_heads(*project));
    ASSERT_EQ(heads.size(), 1u);
    EXPECT_EQ(heads[0].head.hash, stated.statement.ledger_head);
    EXPECT_TRUE(must(project->ledger().holds(heads[0].head)));
}

TEST_F(StatementTest, A_half_made_one_counts_as_none) {
    const Stated stated = state();
    const Path folder = world_.paths().hidden() / "statements" / stated.statement.digest().hex();
    std::filesystem::remove(folder / "statement");
    EXPECT_TRUE(state().made_now);
}

TEST_F(StatementTest, What_an_erased_person_had_in_it_dies_with_them) {
    const Stated before = state();
    EXPECT_TRUE(must(is_in(before, 5)));
    world_.request(ledger::RequestKind::erasure, 5);
    world_.derive();
    EXPECT_EQ(code_of(is_in(before, 5)), 3);
    int told = 0;
    for (int person = 0; person < 16; ++person) {
        if (person == 5) continue;
        // A statement's labels are drawn with its key: whose name, on its source or on a blank one,
        // falls beside the dead place is refused, and nobody is told anything wrong.
        const auto there = is_in(before, person);
        EXPECT_TRUE(there.ok() ? there.value() : code_of(there) == 3) << person;
        told += there.ok();
    }
    EXPECT_GT(told, 0);
    EXPECT_EQ(code_of(openings(*world_.open(), before)), 3);
    const Stated after = state();
    EXPECT_FALSE(must(is_in(after, 5)));
    EXPECT_EQ(after.statement.items, 16u) << "30, roughly";
}

TEST_F(StatementTest, Names_of_one_normal_form_share_a_leaf) {
    const auto project = world_.open();
    const auto bars = must(project->ledger().snapshots().latest());
    corpus::IncomingRecord record;
    record.id = PersonalText("x");
    record.author = PersonalText("PERSON6");
    record.text = PersonalText("somebody else of the same name");
    record.created_at = derive::testing::on("2024-02-01");
    must(project->corpus().add(project->ledger(), *bars, "forum", record));
    const auto accounts = must(project->ledger().persons().of_author(record.author));
    must(project->ledger().intake().claim_legitimate_interest(accounts[0], "model_training"));
    world_.derive();
    const Stated stated = state();
    EXPECT_EQ(stated.statement.items, 32u) << "33, roughly";
    EXPECT_EQ(stated.statement.persons, 16u) << "17, roughly";
    EXPECT_TRUE(must(is_in(stated, 6)));
}

TEST_F(StatementTest, An_auditor_signs_what_agrees_and_nothing_else) {
    const Stated stated = state();
    const proof::SigningKey key = proof::SigningKey::generate();
    const Attested good = must(attest(*world_.open(), stated, "auditor.example", key, 1));
    EXPECT_TRUE(good.holds);
    ASSERT_TRUE(good.attestation.has_value());
    Stated wrong = stated;
    wrong.statement.items_root = sha256("another list");
    const Attested bad = must(attest(*world_.open(), wrong, "auditor.example", key, 1));
    EXPECT_FALSE(bad.holds);
    EXPECT_EQ(bad.difference, "the list of items");
    world_.toy().faulty = true;
    EXPECT_FALSE(must(attest(*world_.open(), stated, "auditor.example", key, 1)).holds);
}

TEST_F(StatementTest, The_log_holds_digests_and_nothing_of_anybody) {
    state();
    auto log = must(open_log(*world_.open()));
    EXPECT_EQ(text_of(must(log.log.entry(0))).substr(0, 26), "litura.statement.2 sha256:");
    EXPECT_EQ(must(log.log.entry(0)).size(), 26u + 64 + 1);
}

TEST_F(StatementTest, An_older_database_disagrees_with_what_was_stated) {
    EXPECT_EQ(must(disagreement(*world_.open())), "");
    const Path database = world_.paths().database(), kept = Path(database) += ".kept";
    must(world_.open()->db.truncate_log());
    std::filesystem::copy_file(database, kept);
    must(world_.open()->ledger().append("model.exported", Json::object()));
    const Stated stated = state();
    EXPECT_EQ(must(disagreement(*world_.open())), "");
    must(world_.open()->db.truncate_log());
    std::filesystem::rename(kept, database);
    EXPECT_EQ(must(disagreement(*world_.open())),
              "statement " + to_text(stated.statement.digest()) + ": made on another history");
}

TEST(NoStatement, Without_a_model_there_is_nothing_to_state) {
    World world;
    EXPECT_EQ(code_of(state_visible_model(*world.open())), 3);
    EXPECT_FALSE(must(last_statement(*world.open())).has_value());
}

}  // namespace
}  // namespace litura::release
