// Files, locks and maps of the real machine.
#include "base/env.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test_support.hpp"

namespace litura {
namespace {

class Files : public ::testing::Test {
protected:
    TestFolder home;
    const Path folder = home.path();
    std::unique_ptr<Env> env = system_env();
};

TEST_F(Files, A_file_reads_back_and_is_for_its_owner_only) {
    const Bytes bytes(200'000, 7);
    ASSERT_TRUE(env->write_file(folder / "a", bytes).ok());
    EXPECT_EQ(env->read_file(folder / "a").value(), bytes);
    struct stat info {};
    ASSERT_EQ(::stat((folder / "a").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    ASSERT_TRUE(env->write_file(folder / "a", Bytes{1}).ok());
    EXPECT_EQ(env->read_file(folder / "a").value().size(), 1u);
}

TEST_F(Files, Renaming_replaces_and_removing_what_is_absent_is_fine) {
    ASSERT_TRUE(env->make_folders(folder / "x/y").ok());
    ASSERT_TRUE(env->write_file(folder / "a", Bytes{1}).ok());
    ASSERT_TRUE(env->write_file(folder / "x/y/b", Bytes{2}).ok());
    ASSERT_TRUE(env->rename(folder / "a", folder / "x/y/b").ok());
    EXPECT_EQ(env->read_file(folder / "x/y/b").value(), Bytes{1});
    EXPECT_FALSE(env->exists(folder / "a"));
    ASSERT_TRUE(env->remove(folder / "x").ok());
    EXPECT_TRUE(env->remove(folder / "x").ok());
    EXPECT_TRUE(env->list(folder).empty());
    EXPECT_TRUE(env->list(folder / "absent").empty());
}

TEST_F(Files, Names_are_listed_in_order) {
    for (const char* name : {"c", "a", "b"}) ASSERT_TRUE(env->write_file(folder / name, {}).ok());
    EXPECT_EQ(env->list(folder), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(Files, Failures_name_the_file_and_not_the_whole_path) {
    const auto absent = env->read_file(folder / "absent");
    ASSERT_FALSE(absent.ok());
    EXPECT_EQ(absent.error().code, Code::environment);
    EXPECT_EQ(absent.error().where, "absent");
    EXPECT_EQ(env->read_file(folder).error().code, Code::bad_input);
    EXPECT_FALSE(env->write_file(folder / "no/such/folder", {}).ok());
    EXPECT_FALSE(env->rename(folder / "absent", folder / "b").ok());
}

TEST_F(Files, A_file_is_private_even_where_another_lay_open_to_all) {
    const Path path = folder / "a";
    ASSERT_TRUE(env->write_file(path, bytes_of("longer words, for everybody")).ok());
    std::filesystem::permissions(path, std::filesystem::perms(0666));
    ASSERT_TRUE(env->write_file(path, bytes_of("words")).ok());
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
    EXPECT_EQ(text_of(env->read_file(path).value()), "words");
}

TEST_F(Files, A_mapped_file_has_its_bytes) {
    ASSERT_TRUE(env->write_file(folder / "a", bytes_of("words")).ok());
    ASSERT_TRUE(env->write_file(folder / "empty", {}).ok());
    MappedFile map = MappedFile::open(folder / "a").value();
    const MappedFile moved = std::move(map);
    EXPECT_EQ(text_of(moved.bytes()), "words");
    EXPECT_TRUE(MappedFile::open(folder / "empty").value().bytes().empty());
    EXPECT_FALSE(MappedFile::open(folder).ok());
}

TEST_F(Files, An_exclusive_lock_keeps_others_out_until_it_is_shared_or_gone) {
    const auto take = [&](FileLock::Mode mode) {
        return FileLock::take(folder / "lock", mode, FileLock::Wait::no);
    };
    {
        FileLock held = take(FileLock::Mode::exclusive).value();
        EXPECT_EQ(take(FileLock::Mode::shared).error().code, Code::forbidden);
        ASSERT_TRUE(held.downgrade().ok());
        EXPECT_TRUE(take(FileLock::Mode::shared).ok());
        EXPECT_FALSE(take(FileLock::Mode::exclusive).ok());
    }
    EXPECT_TRUE(take(FileLock::Mode::exclusive).ok());
}

TEST_F(Files, A_process_that_dies_lets_its_lock_go) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock =
            FileLock::take(folder / "lock", FileLock::Mode::exclusive, FileLock::Wait::no);
        ::_exit(lock.ok() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(
        FileLock::take(folder / "lock", FileLock::Mode::exclusive, FileLock::Wait::no).ok());
}

TEST(Random, Two_draws_differ_and_fill_all_bytes) {
    const auto env = system_env();
    Bytes one(1000), other(1000);
    env->random(one);
    env->random(other);
    EXPECT_NE(one, other);
    EXPECT_NE(Bytes(one.end() - 16, one.end()), Bytes(16, 0));
}

}  // namespace
}  // namespace litura
