// SQLite as we set it up: transactions that nest and roll back, and deletes that are final.
#include "store/database.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/test_support.hpp"

namespace litura {
namespace {

class OnDisk : public ::testing::Test {
protected:
    Database open(Database::Access access = Database::Access::read_write) {
        return Database::open(folder / "ledger.db", access).value();
    }
    bool on_disk(const std::string& what) const {
        std::string all;
        for (const auto& file : std::filesystem::directory_iterator(folder)) {
            std::ifstream in(file.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(in), {});
        }
        return all.find(what) != all.npos;
    }
    TestFolder home;
    const Path folder = home.path();
};

std::int64_t count(Database& db) {
    auto rows = db.prepare("SELECT count(*) FROM t").value();
    EXPECT_TRUE(rows.step().value());
    return rows.integer(0);
}

TEST(Values, What_is_bound_comes_back) {
    Database db = Database::in_memory().value();
    ASSERT_TRUE(
        db.execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB, d BLOB, e BLOB, f TEXT) STRICT")
            .ok());
    auto insert = db.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)").value();
    insert.bind(std::int64_t{-7})
        .bind(std::string_view("a\0b", 3))
        .bind(Bytes{})
        .bind(sha256("x"))
        .bind_null();
    ASSERT_TRUE(insert.bind(std::string_view()).run().ok());
    auto rows = db.prepare("SELECT * FROM t").value();
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.integer(0), -7);
    EXPECT_EQ(rows.text(1), std::string("a\0b", 3));
    EXPECT_TRUE(rows.blob(2).empty());
    EXPECT_FALSE(rows.is_null(2));
    EXPECT_EQ(rows.digest(3), sha256("x"));
    EXPECT_TRUE(rows.is_null(4));
    EXPECT_FALSE(rows.is_null(5));
    EXPECT_FALSE(rows.step().value());
}

TEST(Values, Too_many_values_are_an_error_and_not_dropped) {
    Database db = Database::in_memory().value();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER) STRICT").ok());
    auto insert = db.prepare("INSERT INTO t VALUES (?)").value();
    EXPECT_FALSE(insert.bind(std::int64_t{1}).bind(std::int64_t{2}).run().ok());
}

TEST_F(OnDisk, What_is_not_committed_is_not_there) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER) STRICT").ok());
    {
        auto transaction = db.begin().value();
        ASSERT_TRUE(db.execute("INSERT INTO t VALUES (1)").ok());
    }
    EXPECT_EQ(count(db), 0);
    {
        auto outer = db.begin().value();
        {
            auto inner = db.begin().value();
            ASSERT_TRUE(db.execute("INSERT INTO t VALUES (1)").ok());
            ASSERT_TRUE(inner.commit().ok());
        }
    }
    EXPECT_EQ(count(db), 0) << "an inner transaction is the outer one's";
    auto transaction = db.begin().value();
    ASSERT_TRUE(db.execute("INSERT INTO t VALUES (1)").ok());
    ASSERT_TRUE(transaction.commit().ok());
    EXPECT_EQ(count(db), 1);
}

TEST_F(OnDisk, A_read_view_sees_one_state_and_stops_no_writer) {
    Database db = open();
    Database other = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER) STRICT").ok());
    {
        const ReadView outer = db.read().value();
        EXPECT_EQ(count(db), 0);
        ASSERT_TRUE(other.execute("INSERT INTO t VALUES (1)").ok());
        {
            const ReadView inner = db.read().value();
            EXPECT_EQ(count(db), 0);
        }
        EXPECT_EQ(count(db), 0) << "an inner view is the outer one's";
    }
    EXPECT_EQ(count(db), 1);
    auto transaction = db.begin().value();
    ASSERT_TRUE(db.execute("INSERT INTO t VALUES (2)").ok());
    {
        const ReadView inside = db.read().value();
        EXPECT_EQ(count(db), 2) << "what the transaction wrote itself is seen";
    }
    ASSERT_TRUE(transaction.commit().ok());
    EXPECT_EQ(count(other), 2);
}

TEST_F(OnDisk, A_deleted_value_leaves_no_trace_in_database_or_log) {
    const std::string secret(600, 'Q');
    Database db = open();
    ASSERT_TRUE(
        db.execute("CREATE TABLE t (a TEXT) STRICT; INSERT INTO t VALUES ('" + secret + "')").ok());
    EXPECT_TRUE(on_disk(secret)) << "else the next check would prove nothing";
    ASSERT_TRUE(db.truncate_log(0).ok());
    ASSERT_TRUE(db.execute("DELETE FROM t").ok());
    ASSERT_TRUE(db.truncate_log(0).ok());
    EXPECT_FALSE(on_disk(secret));
}

TEST_F(OnDisk, A_statement_asked_for_again_begins_anew) {
    Database db = open();
    ASSERT_TRUE(
        db.execute("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1), (2)").ok());
    const char* const sql = "SELECT a FROM t WHERE a >= ? ORDER BY a";
    {
        auto rows = db.prepare(sql).value();
        ASSERT_TRUE(rows.bind(std::int64_t{1}).step().value());
    }
    auto rows = db.prepare(sql).value();
    ASSERT_TRUE(rows.bind(std::int64_t{2}).step().value())
        << "neither its place nor its value is kept";
    EXPECT_EQ(rows.integer(0), 2);
    auto beside = db.prepare(sql).value();
    ASSERT_TRUE(beside.bind(std::int64_t{1}).step().value())
        << "one that is in use is not handed out";
    EXPECT_EQ(beside.integer(0), 1);
    EXPECT_FALSE(rows.step().value());
}

TEST_F(OnDisk, A_statement_may_outlive_its_connection) {
    auto db = std::make_unique<Database>(open());
    auto rows = db->prepare("SELECT 1").value();
    db.reset();
    EXPECT_TRUE(rows.step().value());
}

TEST_F(OnDisk, A_reader_in_the_way_is_reported_and_not_ignored) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)").ok());
    Database reader = open(Database::Access::read_only);
    {
        auto rows = reader.prepare("SELECT a FROM t").value();
        ASSERT_TRUE(rows.step().value());
        ASSERT_TRUE(db.execute("INSERT INTO t VALUES (2)").ok());
        EXPECT_EQ(db.truncate_log(1).error().code, Code::environment);
    }
    EXPECT_TRUE(db.truncate_log(0).ok());
}

TEST_F(OnDisk, A_reader_that_ends_in_time_is_waited_for) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)").ok());
    Database reader = open(Database::Access::read_only);
    auto rows = reader.prepare("SELECT a FROM t").value();
    ASSERT_TRUE(rows.step().value());
    ASSERT_TRUE(db.execute("INSERT INTO t VALUES (2)").ok());
    std::jthread ending([&rows] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        rows.reset();
    });
    EXPECT_TRUE(db.truncate_log(20'000).ok());
}

TEST_F(OnDisk, Another_connection_notices_that_something_happened) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER) STRICT").ok());
    Database other = open();
    const auto before = other.data_version().value();
    EXPECT_EQ(other.data_version().value(), before);
    ASSERT_TRUE(db.execute("INSERT INTO t VALUES (1)").ok());
    EXPECT_NE(other.data_version().value(), before);
}

TEST_F(OnDisk, A_read_only_connection_cannot_write) {
    ASSERT_TRUE(open().execute("CREATE TABLE t (a INTEGER) STRICT").ok());
    EXPECT_EQ(open(Database::Access::read_only).execute("INSERT INTO t VALUES (1)").error().code,
              Code::environment);
}

TEST_F(OnDisk, A_file_that_is_no_database_is_refused) {
    std::ofstream(folder / "ledger.db") << std::string(5000, 'x');
    const auto opened = Database::open(folder / "ledger.db");
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, Code::broken);
    EXPECT_FALSE(Database::open(folder / "no/such/folder.db").ok());
}

TEST_F(OnDisk, Whoever_asked_is_told_of_a_commit_once_and_its_error_comes_back) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER)").ok());
    int told = 0;
    db.after_commit([&]() -> Result<void> {
        ++told;
        return db.begin().value().commit();  // not told of its own
    });
    {
        auto outer = db.begin().value();
        ASSERT_TRUE(db.begin().value().commit().ok());
        EXPECT_EQ(told, 0) << "the inner one joined the outer";
        ASSERT_TRUE(outer.commit().ok());
    }
    EXPECT_EQ(told, 1);
    { auto rolled_back = db.begin().value(); }
    EXPECT_EQ(told, 1);
    db.after_commit([] { return Result<void>(Error{Code::environment, "no", "", ""}); });
    EXPECT_EQ(db.begin().value().commit().error().code, Code::environment);
}

TEST_F(OnDisk, Another_file_is_at_hand_for_as_long_as_it_is_needed) {
    Database db = open();
    ASSERT_TRUE(db.execute("CREATE TABLE t (a INTEGER, b TEXT)").ok());
    const auto copied = db.beside(folder / "other.db", "other", [&]() -> Result<void> {
        EXPECT_TRUE(db.columns("t", "other").value().empty());
        return db.execute("CREATE TABLE other.t AS SELECT * FROM main.t");
    });
    ASSERT_TRUE(copied.ok());
    EXPECT_EQ(db.columns("t").value(), (std::vector<std::string>{"a", "b"}));
    EXPECT_FALSE(db.execute("SELECT * FROM other.t").ok());
    EXPECT_EQ(Database::open(folder / "other.db").value().columns("t").value().size(), 2U);
}

TEST_F(OnDisk, A_lock_excludes_by_name_until_it_is_let_go) {
    Database one = open(), other = open();
    {
        const auto held = one.lock("derive", Database::Wait::no).value();
        EXPECT_EQ(other.lock("derive", Database::Wait::no).error().code, Code::forbidden);
        EXPECT_TRUE(other.lock("rights", Database::Wait::no).ok()) << "another name";
    }
    EXPECT_TRUE(other.lock("derive", Database::Wait::no).ok());
}

TEST(Statements, Rows_are_copied_with_their_types) {
    Database one = Database::in_memory().value(), other = Database::in_memory().value();
    for (Database* db : {&one, &other})
        ASSERT_TRUE(db->execute("CREATE TABLE t (a INTEGER, b TEXT, c BLOB)").ok());
    ASSERT_TRUE(one.execute("INSERT INTO t VALUES (1, 'x', x'00ff'), (2, NULL, x'')").ok());
    auto from = one.prepare("SELECT a, b, c FROM t ORDER BY a").value();
    auto into = other.prepare("INSERT INTO t VALUES (?, ?, ?)").value();
    EXPECT_EQ(copy_rows(from, into).value(), 2U);
    from.reset();
    auto copied = other.prepare("SELECT a, b, c FROM t ORDER BY a").value();
    while (from.step().value()) {
        ASSERT_TRUE(copied.step().value());
        EXPECT_EQ(copied.row(), from.row());
    }
    EXPECT_FALSE(copied.step().value());
}

TEST(Statements, One_that_outlives_its_database_still_answers) {
    auto rows = [] {
        Database db = Database::in_memory().value();
        EXPECT_TRUE(db.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (7)").ok());
        return db.prepare("SELECT a FROM t").value();
    }();
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.integer(0), 7);
}

}  // namespace
}  // namespace litura
