// What nobody changes unseen in a row of records, what a copy of the table tells, and how rows of
// the release before come to be bound.
#include "corpus/record_rows.hpp"

#include <gtest/gtest.h>

#include "corpus/check.hpp"
#include "corpus/test_corpus.hpp"
#include "keys/sealing.hpp"
#include "ledger/snapshots.hpp"

namespace litura::corpus {
namespace {

IncomingRecord post(const std::string& id, const std::string& author, const std::string& text,
                    ledger::Audience audience) {
    IncomingRecord record;
    record.id = PersonalText(id);
    record.author = PersonalText(author);
    record.text = PersonalText(text);
    record.created_at = must(parse_instant("2024-05-17T11:22:33Z"));
    record.audience = audience;
    return record;
}

class BoundRows : public ::testing::Test {
protected:
    BoundRows() {
        add(post("1", "ansa", "for one friend only", ledger::Audience::restricted));
        add(post("2", "beno", "for everybody to read", ledger::Audience::everyone));
    }
    void add(const IncomingRecord& record) {
        const auto bars = must(project.ledger().snapshots().latest());
        must(project.corpus().add(project.ledger(), *bars, "forum", record));
    }
    bool readable() {
        return project.corpus().each_page([](std::span<const RecordRow>) { return done(); }).ok();
    }
    CheckedRecords checked() {
        keys::KeyTable keys = must(keys::KeyTable::open(project.db(), project.secrets().root));
        return must(check_records(project.db(), project.secrets(), keys));
    }
    TestCorpus project{must(Database::in_memory())};
};

TEST_F(BoundRows, A_column_exchanged_between_two_rows_is_refused_and_named) {
    EXPECT_EQ(checked().difference, "");
    for (const std::string column : {"id", "account", "wording", "facts"}) {
        must(project.db().execute("SAVEPOINT untouched"));
        must(project.db().execute("UPDATE record SET " + column + " = (SELECT other." + column +
                                  " FROM record AS other WHERE other.number <> record.number)"));
        EXPECT_FALSE(readable()) << column;
        EXPECT_NE(checked().difference, "") << column;
        must(project.db().execute("ROLLBACK TO untouched; RELEASE untouched"));
    }
    for (const std::string column : {"wrapped_key", "sealed"}) {
        must(project.db().execute("SAVEPOINT untouched"));
        must(project.db().execute("UPDATE record SET " + column + " = (SELECT other." + column +
                                  " FROM record AS other WHERE other.number <> record.number)"));
        EXPECT_NE(checked().difference, "") << column;
        must(project.db().execute("ROLLBACK TO untouched; RELEASE untouched"));
    }
    EXPECT_EQ(checked().records, 2U);
}

TEST_F(BoundRows, Neither_source_nor_length_can_be_read_from_a_row) {
    add(post("3", "ansa", "short", ledger::Audience::everyone));
    auto rows = must(project.db().prepare("SELECT facts, length(sealed) FROM record"));
    std::set<std::int64_t> lengths;
    while (must(rows.step())) {
        const Bytes facts = rows.blob(0);
        EXPECT_EQ(text_of(facts).find("forum"), std::string_view::npos);
        lengths.insert(rows.integer(1));
    }
    EXPECT_EQ(lengths.size(), 1U) << "texts of 5 to 21 bytes are told apart";
}

Schema steps_up_to(std::int64_t version, const keys::ProjectSecrets& secrets) {
    Schema steps = schema(secrets);
    std::erase_if(steps, [version](const SchemaStep& step) { return step.version > version; });
    return steps;
}

TEST(RecordSchema, Rows_of_the_release_before_are_bound_with_what_they_say_and_keep_that) {
    Database db = must(Database::in_memory());
    const keys::ProjectSecrets secrets{keys::random_key(), keys::random_key(), keys::random_key()};
    must(bring_forward(db, steps_up_to(1, secrets)));
    auto insert =
        must(db.prepare("INSERT INTO record VALUES (?, ?, ?, ?, 'forum', 7, 9, 'public',"
                        " x'01', x'02')"));
    for (const char* tag : {"record", "id", "account", "wording"}) insert.bind(sha256(tag));
    must(insert.run());
    must(bring_forward(db, schema(secrets)));
    const FactsKey sealing = facts_key(secrets.project);
    RecordRows rows(db, sealing);
    std::int64_t last = 0;
    const auto page = must(rows.page(last, RecordRows::With::sealed));
    ASSERT_EQ(page.size(), 1U);
    EXPECT_EQ(page[0].bound, Bound::by_migration);
    EXPECT_EQ(page[0].row.record, sha256("record"));
    EXPECT_EQ(page[0].row.wording, sha256("wording"));
    EXPECT_EQ(page[0].row.source, "forum");
    EXPECT_EQ(page[0].row.created_at.ms, 7);
    EXPECT_EQ(page[0].row.version_ms, 9);
    EXPECT_EQ(page[0].row.audience, ledger::Audience::everyone);
    EXPECT_EQ(page[0].sealed.sealed, Bytes{2});
}

TEST_F(BoundRows, A_text_that_todays_marks_cut_in_another_way_is_marked_again_and_stays_barred) {
    add(post("3", "cela", "> whose words are these\nmine", ledger::Audience::everyone));
    const Digest record = must(project.corpus().find(PersonalText("3"))).record;
    const PersonalText now = must(project.corpus().effective_text(record));
    mark_as_before(project.db(), project.secrets(), project.keys(), record,
                   PersonalText("> whose words are these\nmine"));
    const Digest before = must(project.corpus().row(record))->wording;
    EXPECT_FALSE(project.corpus().effective_text(record).ok());
    must(bring_forward(project.db(), schema(project.secrets())));
    EXPECT_EQ(must(project.corpus().effective_text(record)).reveal(), now.reveal());
    const RecordRow row = *must(project.corpus().row(record));
    EXPECT_NE(row.wording, before);
    EXPECT_TRUE(ledger::is_worded(row.facts(), before)) << "a bar on it goes on to hold";
    EXPECT_TRUE(ledger::is_worded(row.facts(), row.wording));
    const CheckedRecords found = checked();
    EXPECT_EQ(found.difference, "");
    EXPECT_EQ(found.marked_again, 1U);
    EXPECT_EQ(found.bound_late, 0U);
}

TEST_F(BoundRows, Importing_again_marks_again_as_the_step_does) {
    const IncomingRecord quoting =
        post("3", "cela", "> whose words are these\nmine", ledger::Audience::everyone);
    add(quoting);
    const Digest record = must(project.corpus().find(PersonalText("3"))).record;
    mark_as_before(project.db(), project.secrets(), project.keys(), record, PersonalText("mine"));
    add(quoting);
    EXPECT_EQ(checked().marked_again, 1U);
    must(project.corpus().rectify(record, PersonalText("all mine"), Instant{1}));
    EXPECT_EQ(checked().marked_again, 0U) << "another text has no earlier wordings";
}

}  // namespace
}  // namespace litura::corpus
