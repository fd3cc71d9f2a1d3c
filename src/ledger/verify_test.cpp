// Tampering: whatever is changed in an event or in a table, verify says no and names it.
#include "ledger/classes.hpp"
#include "ledger/core.hpp"
#include "ledger/documents.hpp"
#include "ledger/intake.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

/// One of everything; anna is erased if asked for.
void fill(TestProject& project, bool erase) {
    Ledger ledger = project.at(kDay);
    const Digest anna = project.consenting(ledger, "anna");
    project.consenting(ledger, "bert");
    must(ledger.documents().serve_notice(project.prepare(ledger), kForum, on(kDay)));
    must(ledger.documents().add(DocumentKind::assessment, bytes_of(kAssessment), kPurpose));
    must(ledger.persons().describe(must(ledger.intake().account(kForum, name("bert"))),
                                   {"DE", 30, on(kDay)}));
    Act exception = project.act("bert", ActKind::made_public, on(kDay));
    exception.record = name("a post");
    must(ledger.intake().record(exception));
    must(ledger.intake().flag(project.facts("bert").record, BarKind::special_category));
    must(ledger.intake().claim_legitimate_interest(
        must(ledger.intake().account(kForum, name("cleo"))), kPurpose));
    must(ledger.intake().record(project.act("cleo", ActKind::objection, on(kDay))));
    Ask rectify{RequestKind::rectification, anna, project.facts("anna").record, "letter"};
    must(ledger.requests().accept(rectify, kPurpose));
    must(ledger.requests().begin_rectification("q-1", project.facts("anna").wording));
    must(ledger.requests().mark_destroyed("q-1"));
    must(ledger.requests().mark_derived());
    must(ledger.orders().stop({"Authority A", "case 1", {}}));
    must(ledger.orders().lift("o-1", "J. Doe", "R. Roe"));
    must(ledger.append("model.exported", Json{{"digest", sha256("model").hex()}}));
    Classes classes = ledger.classes();
    Terms terms;
    terms.entity = must(classes.add_entity({"", "Association", "AT", "no. 7", sha256("key")})).id;
    terms.purpose = kPurpose;
    const std::string members = "salt " + sha256("salt").hex() + "\n" +
                                must(member_hash(sha256("salt"), kForum, name("bert"))).hex();
    const MemberList list = must(MemberList::parse(bytes_of(members)));
    terms.list = list.root();
    const std::string id = must(classes.accept(terms, &list, {})).id;
    must(classes.settle(id, &list));
    must(classes.leave(id, must(ledger.intake().account(kForum, name("cleo"))).person));
    if (!erase) return;
    must(ledger.requests().accept({RequestKind::erasure, anna, {}, "letter"}, kPurpose));
    must(ledger.requests().begin_erasure("q-2"));
    must(ledger.requests().mark_destroyed("q-2"));
}

Verification verified(TestProject& project) {
    auto ledger = Ledger::open(project.db, project.secrets, *project.env, {});
    if (!ledger) return {false, 0, 0, 0, ledger.error().where};
    return must(ledger->verify());
}

/// Runs `change` in a transaction that is rolled back afterwards.
template <typename Check>
void changed(TestProject& project, const std::string& change, Check check) {
    auto transaction = must(project.db.begin());
    must(project.db.execute(change));
    check(verified(project));
}

std::vector<std::string> texts(Database& db, const std::string& sql) {
    auto rows = must(db.prepare(sql));
    std::vector<std::string> out;
    while (must(rows.step())) out.push_back(rows.text(0));
    return out;
}

TEST(Verify, An_untouched_ledger_holds_and_a_destroyed_person_is_counted) {
    TestProject whole;
    fill(whole, false);
    EXPECT_TRUE(verified(whole).holds) << verified(whole).first_difference;
    EXPECT_EQ(verified(whole).unreadable, 0u);
    TestProject erased;
    fill(erased, true);
    const Verification found = verified(erased);
    EXPECT_TRUE(found.holds) << found.first_difference;
    EXPECT_EQ(found.unreadable, 3u);  // the account, the consent, the rectification
}

TEST(Verify, A_flipped_byte_in_any_column_of_any_event_is_named) {
    TestProject project;
    fill(project, false);
    for (const std::string& seq : texts(project.db, "SELECT seq FROM event")) {
        const std::string which = " WHERE seq = " + seq;
        const auto named = [&](const std::string& set) {
            changed(project, "UPDATE event SET " + set + which, [&](const Verification& found) {
                EXPECT_FALSE(found.holds) << set << which;
                EXPECT_TRUE(found.first_difference.starts_with("event "))
                    << set << which << found.first_difference;
            });
        };
        for (const char* set :
             {"seq = seq + 1000", "at_ms = at_ms + 1", "at_ms = at_ms - 1", "type = type || 'x'",
              "version = 1", "version = version + 1", "version = version + 4294967296",
              "person = iif(person IS NULL, commitment, NULL)"}) {
            named(set);
        }
        for (const std::string column : {"commitment", "sealed", "prev", "hash", "person"}) {
            const std::string length = texts(
                project.db, "SELECT coalesce(length(" + column + "), 0) FROM event" + which)[0];
            for (int at = 1; at <= std::stoi(length); at += 7) {
                const std::string byte =
                    texts(project.db, "SELECT hex(substr(" + column + "," + std::to_string(at) +
                                          ",1)) FROM event" + which)[0];
                const std::string flipped = byte == "00" ? "01" : "00";
                named(column + " = CAST(substr(" + column + ",1," + std::to_string(at - 1) +
                      ") || x'" + flipped + "' || substr(" + column + "," + std::to_string(at + 1) +
                      ") AS BLOB)");
            }
            if (length != "0") named(column + " = x''");
        }
    }
}

/// Names and hashes of the whole chain made anew, as anybody can who has no secret.
void chain_again(TestProject& project) {
    Bytes prev(32);
    auto rows = must(project.db.prepare(
        "SELECT seq, at_ms, type, version, person, commitment FROM event ORDER BY seq"));
    auto update = must(project.db.prepare("UPDATE event SET prev = ?, hash = ? WHERE seq = ?"));
    while (must(rows.step())) {
        StoredEvent event{static_cast<Sequence>(rows.integer(0)),
                          {rows.integer(1)},
                          rows.text(2),
                          rows.integer(3),
                          {},
                          rows.blob(5),
                          {},
                          prev,
                          {}};
        if (!rows.is_null(4)) event.person = rows.blob(4);
        const Digest hash = event.expected_hash();
        must(update.bind(prev).bind(hash).bind(event.seq).run());
        prev.assign(hash.bytes.begin(), hash.bytes.end());
    }
}

TEST(Verify, No_column_of_an_event_can_be_changed_without_a_secret_even_with_all_hashes_made_anew) {
    TestProject project;
    fill(project, true);
    for (const std::string& seq : texts(project.db, "SELECT seq FROM event")) {
        for (const char* set :
             {"at_ms = at_ms - 1", "version = 1", "version = version + 1", "type = 'import.done'",
              "commitment = zeroblob(32)", "person = iif(person IS NULL, commitment, NULL)"}) {
            const std::string which = std::string(set) + " WHERE seq = " + seq;
            if (texts(project.db,
                      "SELECT 1 FROM event WHERE seq = " + seq + " AND type = 'import.done'")
                        .size() == 1 &&
                std::string_view(set).starts_with("type"))
                continue;
            auto transaction = must(project.db.begin());
            must(project.db.execute("UPDATE event SET " + which));
            chain_again(project);
            EXPECT_FALSE(verified(project).holds) << which;
        }
    }
}

TEST(Verify, Events_of_the_version_before_are_read_and_bound_by_the_first_new_one) {
    TestProject project;
    must(project.db.execute("DELETE FROM event; DELETE FROM rules"));
    auto keys = must(keys::KeyTable::open(project.db, project.secrets.root));
    EventChain chain(project.db, keys, project.secrets.project);
    const auto old = [&](Event event) {
        event.version = 1;
        must(chain.append(event));
        must(fold(project.db, event));
    };
    old({0, on("2026-01-01"), "project.created", 1, {}, Json{{"clock", "test"}}, {}});
    old(must(rules_event(bytes_of(shipped_rules()), on("2026-01-01"))));
    EXPECT_EQ(verified(project).bound_from, 3u) << "none is";
    project.prepare(*std::make_unique<Ledger>(project.at(kDay)));
    EXPECT_TRUE(verified(project).holds) << verified(project).first_difference;
    EXPECT_EQ(verified(project).bound_from, 3u);
    {
        auto transaction = must(project.db.begin());
        must(project.db.execute("UPDATE event SET at_ms = at_ms - 1 WHERE seq = 1"));
        chain_again(project);
        EXPECT_FALSE(verified(project).holds);
    }
    old({0, on(kDay), "import.done", 1, {}, Json::object(), {}});
    EXPECT_FALSE(verified(project).holds) << "nobody writes the old version any more";
}

TEST(Verify, A_removed_or_reordered_event_is_named) {
    TestProject project;
    fill(project, false);
    for (const std::string& seq :
         texts(project.db, "SELECT seq FROM event WHERE seq < (SELECT max(seq) FROM event)")) {
        changed(project, "DELETE FROM event WHERE seq = " + seq,
                [&](const Verification& found) { EXPECT_FALSE(found.holds) << seq; });
    }
    changed(project,
            "UPDATE event SET seq = 900 WHERE seq = 4; UPDATE event SET seq = 4 WHERE seq = 5;"
            "UPDATE event SET seq = 5 WHERE seq = 900",
            [](const Verification& found) {
                EXPECT_EQ(found.first_difference.substr(0, 8), "event 4:");
            });
}

TEST(Verify, Any_event_that_changed_places_with_the_next_is_named) {
    TestProject project;
    fill(project, true);
    for (const std::string& seq :
         texts(project.db, "SELECT seq FROM event WHERE seq < (SELECT max(seq) FROM event)")) {
        const std::string next = std::to_string(std::stoi(seq) + 1);
        changed(project,
                "UPDATE event SET seq = 900 WHERE seq = " + seq +
                    "; UPDATE event SET seq = " + seq + " WHERE seq = " + next +
                    "; UPDATE event SET seq = " + next + " WHERE seq = 900",
                [&](const Verification& found) { EXPECT_FALSE(found.holds) << seq; });
    }
}

TEST(Verify, An_event_that_was_put_in_between_is_named) {
    TestProject project;
    fill(project, false);
    changed(project,
            "UPDATE event SET seq = seq + 1000 WHERE seq > 5;"
            "INSERT INTO event SELECT 6, at_ms, type, version, person, commitment, sealed, prev,"
            " hash FROM event WHERE seq = 5;"
            "UPDATE event SET seq = seq - 999 WHERE seq > 1000",
            [](const Verification& found) {
                EXPECT_EQ(found.first_difference.substr(0, 8), "event 6:");
            });
}

TEST(Heads, Two_continuations_of_one_history_are_told_apart) {
    const TestFolder folder;
    TestProject one;
    fill(one, false);
    must(one.db.execute("VACUUM INTO '" + (folder.path() / "copy.db").string() + "'"));
    Database copy = must(Database::open(folder.path() / "copy.db"));
    const auto common = must(one.at(kDay).head());
    Ledger other = must(Ledger::open(copy, one.secrets, *one.env, on(kDay)));
    EXPECT_TRUE(must(other.holds(common)));
    must(one.at(kDay).append("model.exported", Json{{"digest", sha256("model").hex()}}));
    must(other.append("model.exported", Json{{"digest", sha256("model").hex()}}));
    const auto head = must(one.at(kDay).head()), others = must(other.head());
    EXPECT_EQ(head.seq, others.seq);
    EXPECT_NE(head.hash, others.hash) << "equal events, made twice";
    EXPECT_FALSE(must(other.holds(head)));
    EXPECT_FALSE(must(one.at(kDay).holds(others)));
    EXPECT_TRUE(must(one.at(kDay).holds(common)));
}

TEST(Verify, A_changed_row_of_any_table_is_named) {
    TestProject project;
    fill(project, true);
    const std::pair<const char*, const char*> changes[] = {
        {"account", "DELETE FROM account"},
        {"account", "UPDATE account SET source = 'elsewhere'"},
        {"ground", "UPDATE ground SET until_ms = 1 WHERE basis = 'consent'"},
        {"ground",
         "INSERT INTO ground SELECT 99, person, account, source, purpose, 'consent', 0, NULL, "
         "NULL, "
         "0 FROM ground LIMIT 1"},
        {"bar", "DELETE FROM bar WHERE folded IS NOT NULL"},
        {"bar", "UPDATE bar SET purpose = 'other' WHERE kind = 'objection'"},
        {"described", "UPDATE described SET age = 18"},
        {"described", "DELETE FROM described"},
        {"exception", "UPDATE exception SET until_ms = 1"},
        {"bar", "DELETE FROM bar WHERE kind = 'special_category'"},
        {"rules", "DELETE FROM rules"},
        {"notice", "DELETE FROM notice"},
        {"served", "UPDATE served SET at_ms = at_ms - 1"},
        {"document", "UPDATE document SET purpose = 'other'"},
        {"source", "UPDATE source SET adults_only = 0"},
        {"request", "UPDATE request SET state = 'derived', derived_ms = 1"},
        {"request", "DELETE FROM request WHERE number = 1"},
        {"order", "UPDATE \"order\" SET lifted_ms = NULL"},
        {"order", "UPDATE \"order\" SET decided = 1"},
        {"entity", "DELETE FROM entity"},
        {"class", "UPDATE class SET settled = settled + 1"},
        {"class", "UPDATE class SET matched = 0"},
        {"class_member", "UPDATE class_member SET standing = 'left'"},
        {"class_member", "DELETE FROM class_member"},
    };
    for (const auto& [table, change] : changes) {
        changed(project, change, [table = table, change = change](const Verification& found) {
            EXPECT_FALSE(found.holds) << change;
            EXPECT_TRUE(found.first_difference.starts_with("table " + std::string(table) + ":"))
                << found.first_difference;
        });
    }
}

TEST(Verify, A_lost_key_is_damage_unless_an_erasure_covers_it) {
    TestProject project;
    fill(project, true);
    changed(project, "DELETE FROM held_key", [](const Verification& found) {
        EXPECT_FALSE(found.holds);
        EXPECT_NE(found.first_difference.find("nobody was erased"), std::string::npos)
            << found.first_difference;
    });
}

TEST(Verify, The_key_of_an_erased_person_put_back_from_a_backup_is_found) {
    TestProject project;
    fill(project, false);
    must(project.db.execute("CREATE TABLE backup AS SELECT * FROM held_key"));
    Ledger ledger = project.at(kDay);
    const Digest anna = must(ledger.intake().account(kForum, name("anna"))).person;
    must(ledger.requests().accept({RequestKind::erasure, anna, {}, "letter"}, kPurpose));
    must(ledger.requests().begin_erasure("q-2"));
    EXPECT_TRUE(verified(project).holds);
    changed(project, "INSERT OR IGNORE INTO held_key SELECT * FROM backup",
            [](const Verification& found) {
                EXPECT_FALSE(found.holds);
                EXPECT_NE(found.first_difference.find("although its person was erased"),
                          std::string::npos);
            });
}

TEST(Verify, The_payload_of_one_event_does_not_open_in_the_place_of_another) {
    TestProject project;
    fill(project, false);
    changed(project,
            "UPDATE event SET sealed = (SELECT sealed FROM event WHERE seq = 3) WHERE seq = 2",
            [](const Verification& found) {
                EXPECT_EQ(found.first_difference.substr(0, 8), "event 2:");
            });
}

TEST(Verify, Equal_payloads_have_different_commitments) {
    TestProject project;
    Ledger ledger = project.at(kDay);
    for (int times = 0; times < 2; ++times) must(ledger.append("import.done", Json{{"value", 1}}));
    EXPECT_EQ(texts(project.db,
                    "SELECT count(DISTINCT commitment) FROM event WHERE type = 'import.done'")[0],
              "2");
}

}  // namespace
}  // namespace litura::ledger::testing
