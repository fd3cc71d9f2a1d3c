// The death of keys: what is destroyed opens nowhere any more, not even from older copies of the
// tables, what lives opens everywhere, and a crash at any step loses neither.
#include "keys/rotation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/test_support.hpp"
#include "keys/key_rows.hpp"
#include "keys/schema.hpp"
#include "keys/sealing.hpp"
#include "keys/test_keys.hpp"

namespace litura::keys {
namespace {

Database with_tables(Database db = must(Database::in_memory())) {
    must(bring_forward(db, schema()));
    return db;
}
Digest person(int number) { return sha256("person " + std::to_string(number)); }

void rotate_whole(Database& db, const RootCell& root) {
    must(prepare_rotation(db, root));
    must(rotate(db, root));
    must(settle_rotation(db, root));
}

class Keys : public ::testing::Test {
protected:
    KeyTable table() { return must(KeyTable::open(db, root)); }
    Database db = with_tables();
    RootCell root;
};

TEST_F(Keys, A_name_keeps_one_key_until_it_is_destroyed) {
    KeyTable keys = table();
    const Digest anna = person(1);
    EXPECT_FALSE(must(keys.find(anna)).has_value());
    const SecretKey first = must(keys.get_or_create(anna));
    EXPECT_TRUE(same(first, must(keys.get_or_create(anna))));
    EXPECT_FALSE(same(first, must(keys.get_or_create(person(2)))));
    EXPECT_FALSE(same(first, must(keys.get_or_create(anna, KeyKind::records)))) << "kinds differ";
    must(keys.destroy(anna));
    must(keys.destroy(anna));
    EXPECT_FALSE(must(keys.find(anna)).has_value());
    EXPECT_TRUE(must(keys.find(anna, KeyKind::records)).has_value());
    EXPECT_FALSE(same(first, must(keys.get_or_create(anna)))) << "it does not come back";
    EXPECT_TRUE(must(keys.find(person(2))).has_value());
}

TEST_F(Keys, A_row_moved_to_another_name_bucket_or_project_does_not_open) {
    KeyTable keys = table();
    must(keys.get_or_create(person(1)));
    EXPECT_FALSE(must(KeyTable::open(db, RootCell())).find(person(1)).ok());
    auto move = must(db.prepare("UPDATE held_key SET name = ?"));
    must(move.bind(person(2)).run());
    EXPECT_EQ(keys.find(person(2)).error().code, Code::broken);
}

TEST_F(Keys, A_bucket_holds_no_more_than_its_limit_and_fills_again) {
    KeyTable keys = table();
    for (int number = 0; number <= kBucketMax; ++number) must(keys.get_or_create(person(number)));
    KeyCensus census = must(key_census(db, root));
    ASSERT_EQ(census.kinds.size(), 1u);
    EXPECT_EQ(census.kinds[0].keys, kBucketMax + 1);
    EXPECT_EQ(census.kinds[0].buckets, 2);
    must(keys.destroy(person(7)));
    EXPECT_EQ(must(key_census(db, root)).kinds[0].marked, 1);
    must(keys.get_or_create(person(-1)));
    census = must(key_census(db, root));
    EXPECT_EQ(census.kinds[0].buckets, 2);
    EXPECT_EQ(census.kinds[0].marked, 1) << "until the next rotation";
}

TEST_F(Keys, A_rotation_keeps_every_living_key_also_for_tables_opened_before) {
    KeyTable before = table();
    std::vector<SecretKey> keys;
    for (int number = 0; number < 20; ++number)
        keys.push_back(must(before.get_or_create(person(number))));
    must(before.destroy(person(3)));
    rotate_whole(db, root);
    const KeyCensus census = must(key_census(db, root));
    EXPECT_EQ(census.generation, 2);
    EXPECT_EQ(census.roots, 1u);
    EXPECT_EQ(census.kinds[0].marked, 0);
    KeyTable after = table();
    for (KeyTable* each : {&before, &after}) {
        for (int number = 0; number < 20; ++number) {
            const auto found = must(each->find(person(number)));
            ASSERT_EQ(found.has_value(), number != 3);
            EXPECT_TRUE(!found || same(*found, keys[static_cast<std::size_t>(number)]));
        }
    }
    must(before.get_or_create(person(50)));
    EXPECT_TRUE(must(after.find(person(50))).has_value());
}

TEST_F(Keys, A_bucket_whose_keys_all_died_goes) {
    KeyTable keys = table();
    must(keys.get_or_create(person(1)));
    must(keys.destroy(person(1)));
    rotate_whole(db, root);
    EXPECT_TRUE(must(key_census(db, root)).kinds.empty());
}

/// Whatever is created, destroyed and rotated in whatever order: the table holds what a plain map
/// would.
RC_GTEST_PROP(KeyHistories, The_table_is_a_map, (const std::vector<std::uint8_t>& steps)) {
    Database db = with_tables();
    RootCell root;
    KeyTable keys = must(KeyTable::open(db, root));
    std::map<int, SecretKey> model;
    for (const std::uint8_t step : steps) {
        const int who = step % 8;
        if (step < 120) {
            const SecretKey key = must(keys.get_or_create(person(who)));
            if (model.contains(who)) RC_ASSERT(same(model.at(who), key));
            model[who] = key.clone();
        } else if (step < 220) {
            must(keys.destroy(person(who)));
            model.erase(who);
        } else {
            rotate_whole(db, root);
        }
    }
    for (int who = 0; who < 8; ++who)
        RC_ASSERT(must(keys.find(person(who))).has_value() == model.contains(who));
}

/// A project's database and root on disk.
class Disk : public ::testing::Test {
protected:
    Disk() {
        must(RootCell::create(*env, cell_path));
        Database db = open_db();
        const RootCell root = open_root();
        KeyTable keys = must(KeyTable::open(db, root));
        for (int number = 0; number < 100; ++number) must(keys.get_or_create(person(number)));
    }
    Database open_db() { return with_tables(must(Database::open(folder.path() / "ledger.db"))); }
    RootCell open_root() { return must(RootCell::open(*env, cell_path)); }
    void copy(const std::string& name, const std::string& to) {
        std::filesystem::copy_file(folder.path() / name, folder.path() / to,
                                   std::filesystem::copy_options::overwrite_existing);
    }
    /// Destroys person 42, up to and including a step.
    enum Step { kPrepare, kCommit, kSettle };
    void destroy(Step last) {
        Database db = open_db();
        const RootCell root = open_root();
        KeyTable keys = must(KeyTable::open(db, root));
        must(prepare_rotation(db, root));
        if (last == kPrepare) return;
        auto transaction = must(db.begin());
        must(keys.destroy(person(42)));
        must(rotate(db, root));
        must(transaction.commit());
        if (last == kCommit) return;
        must(settle_rotation(db, root));
        must(db.truncate_log());
    }
    bool on_disk(std::string_view bytes) {
        std::string all;
        for (const auto& file : std::filesystem::directory_iterator(folder.path())) {
            std::ifstream in(file.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(in), {});
        }
        return all.find(bytes) != all.npos;
    }
    /// How many of the 100 open.
    int opened(Database& db, const RootCell& root) {
        const auto keys = KeyTable::open(db, root);
        if (!keys) return -code_of(keys);
        int count = 0;
        KeyTable table = must(KeyTable::open(db, root));
        for (int number = 0; number < 100; ++number)
            count += must(table.find(person(number))).has_value();
        return count;
    }

    TestFolder folder;
    std::unique_ptr<Env> env = system_env();
    const Path cell_path = folder.path() / "root";
};

TEST_F(Disk, A_dead_root_and_a_dead_row_leave_no_trace_in_file_database_or_log) {
    std::string wrapped, dead_root;
    {
        Database db = open_db();
        auto row = must(db.prepare("SELECT wrapped FROM held_key WHERE name = ?"));
        row.bind(person(42));
        ASSERT_TRUE(must(row.step()));
        wrapped = text_of(row.blob(0));
        dead_root = text_of(must(open_root().read()).at(1).reveal());
    }
    EXPECT_TRUE(on_disk(wrapped) && on_disk(dead_root));
    destroy(kSettle);
    EXPECT_FALSE(on_disk(wrapped));
    EXPECT_FALSE(on_disk(dead_root));
}

TEST_F(Disk, The_file_of_the_root_is_written_in_place) {
    const auto inode = [&] {
        struct stat info {};
        EXPECT_EQ(::stat(cell_path.c_str(), &info), 0);
        return info.st_ino;
    };
    const auto before = inode();
    destroy(kSettle);
    EXPECT_EQ(inode(), before);
    EXPECT_EQ(std::filesystem::file_size(cell_path), 1024u);
}

TEST_F(Disk, A_crash_before_the_commit_destroys_nothing_and_after_it_all) {
    for (const Step last : {kPrepare, kCommit}) {
        destroy(last);
        Database db = open_db();
        const RootCell root = open_root();
        EXPECT_EQ(must(root.read()).size(), 2u);
        EXPECT_EQ(opened(db, root), last == kPrepare ? 100 : 99);
        must(settle_rotation(db, root));
        EXPECT_EQ(must(root.read()).size(), 1u);
        EXPECT_EQ(opened(db, root), last == kPrepare ? 100 : 99);
    }
}

TEST_F(Disk, An_old_copy_of_database_or_root_alone_is_refused) {
    { must(open_db().truncate_log()); }
    copy("ledger.db", "old.db");
    copy("root", "old.root");
    destroy(kSettle);
    copy("ledger.db", "new.db");
    copy("root", "new.root");
    copy("old.db", "ledger.db");
    {
        Database db = open_db();
        EXPECT_EQ(opened(db, open_root()), -3) << "old database, new root";
    }
    copy("new.db", "ledger.db");
    copy("old.root", "root");
    {
        Database db = open_db();
        EXPECT_EQ(opened(db, open_root()), -3) << "new database, old root";
    }
}

/// The wrapped keys of before, brought under today's root by somebody who may write the database.
TEST_F(Disk, Old_rows_do_not_open_under_todays_root) {
    { must(open_db().truncate_log()); }
    copy("ledger.db", "old.db");
    destroy(kSettle);
    Database db = open_db();
    must(db.execute("ATTACH '" + (folder.path() / "old.db").string() + "' AS old"));
    must(
        db.execute("INSERT INTO held_key SELECT * FROM old.held_key WHERE name NOT IN"
                   " (SELECT name FROM main.held_key)"));
    const RootCell root = open_root();
    KeyTable keys = must(KeyTable::open(db, root));
    EXPECT_EQ(keys.find(person(42)).error().code, Code::broken);
    EXPECT_TRUE(must(keys.find(person(41))).has_value());
    must(
        db.execute("UPDATE bucket_key SET wrapped = (SELECT wrapped FROM old.bucket_key b"
                   " WHERE b.bucket = bucket_key.bucket)"));
    EXPECT_EQ(must(KeyTable::open(db, root)).find(person(42)).error().code, Code::broken);
}

TEST_F(Disk, A_slot_cut_by_a_crash_is_passed_over_and_a_damaged_root_is_said) {
    const RootCell root = open_root();
    Bytes half(30, 0x5a);
    must(env->overwrite(cell_path, 0, half));  // the free slot: generation 1 stands in the second
    EXPECT_EQ(must(root.read()).size(), 1u);
    Database db = open_db();
    must(settle_rotation(db, root));
    EXPECT_EQ(opened(db, root), 100);
    must(env->overwrite(cell_path, 512 + 40, half));
    EXPECT_EQ(RootCell::open(*env, cell_path).error().code, Code::broken);
}

}  // namespace
}  // namespace litura::keys
