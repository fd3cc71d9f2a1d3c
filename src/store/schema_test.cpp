// Databases are brought forward whole or not at all, and never backward.
#include "store/schema.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace litura {
namespace {

const Schema kOne = {schema_step(1, "CREATE TABLE IF NOT EXISTS post (text TEXT NOT NULL)")};
const Schema kTwo =
    joined(kOne, {schema_step(2, "ALTER TABLE post ADD COLUMN seen INTEGER NOT NULL DEFAULT 0")});

std::int64_t number(Database& db, const char* sql) {
    auto select = must(db.prepare(sql));
    EXPECT_TRUE(must(select.step()));
    return select.integer(0);
}

TEST(Schemas, An_empty_database_takes_every_step_once) {
    Database db = must(Database::in_memory());
    must(bring_forward(db, kTwo));
    must(bring_forward(db, kTwo));
    EXPECT_EQ(number(db, "SELECT version FROM schema_version"), 2);
    must(db.execute("INSERT INTO post (text) VALUES ('hello')"));
    EXPECT_EQ(number(db, "SELECT seen FROM post"), 0);
}

TEST(Schemas, A_database_from_before_versions_keeps_its_rows) {
    Database db = must(Database::in_memory());
    must(db.execute("CREATE TABLE post (text TEXT NOT NULL); INSERT INTO post VALUES ('old')"));
    must(bring_forward(db, kTwo));
    EXPECT_EQ(number(db, "SELECT count(*) FROM post WHERE seen = 0"), 1);
}

TEST(Schemas, A_newer_database_is_refused_and_left_as_it_is) {
    Database db = must(Database::in_memory());
    must(bring_forward(db, kTwo));
    EXPECT_EQ(code_of(bring_forward(db, kOne)), static_cast<int>(Code::forbidden));
    EXPECT_EQ(number(db, "SELECT version FROM schema_version"), 2);
}

TEST(Schemas, A_step_that_fails_takes_back_those_before_it) {
    Database db = must(Database::in_memory());
    must(bring_forward(db, kOne));
    const Schema broken = joined(kTwo, {schema_step(3, "CREATE TABLE post (again TEXT)")});
    EXPECT_FALSE(bring_forward(db, broken).ok());
    EXPECT_EQ(number(db, "SELECT version FROM schema_version"), 1);
    EXPECT_FALSE(db.prepare("SELECT seen FROM post").ok());
}

}  // namespace
}  // namespace litura
