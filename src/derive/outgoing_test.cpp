// Folders that leave the project, and processes that are killed while they write them.
#include "derive/outgoing.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

class OutgoingTest : public ::testing::Test {
protected:
    Path beside(const std::string& name) { return world_.folder().parent_path() / name; }
    /// Begins to write `out`, and is killed.
    void kill_while_writing() {
        const pid_t child = ::fork();
        if (child == 0) {
            const auto project = world_.open();
            const Outgoing outgoing = must(Outgoing::begin(*project, beside("disk") / "out"));
            must(world_.system().write_file(outgoing.aside() / "weights", bytes_of("half")));
            ::_exit(0);
        }
        int status = 0;
        CHECK(::waitpid(child, &status, 0) == child && status == 0);
        EXPECT_TRUE(world_.system().exists(beside("disk") / "out.part"));
    }
    std::size_t remembered() { return must(unfinished(*world_.open())).size(); }

    World world_;
};

TEST_F(OutgoingTest, A_folder_has_its_name_when_it_is_finished_and_is_forgotten) {
    const auto project = world_.open();
    Outgoing outgoing = must(Outgoing::begin(*project, beside("out")));
    must(world_.system().write_file(outgoing.aside() / "weights", bytes_of("all")));
    EXPECT_FALSE(world_.system().exists(beside("out")));
    EXPECT_EQ(must(unfinished(*project)).size(), 1u);
    must(outgoing.finish());
    EXPECT_TRUE(world_.system().exists(beside("out") / "weights"));
    EXPECT_TRUE(must(unfinished(*project)).empty());
    EXPECT_EQ(code_of(Outgoing::begin(*project, beside("out"))), 2) << "not over something";
}

TEST_F(OutgoingTest, What_a_killed_process_left_is_removed_by_the_next_command) {
    kill_while_writing();
    world_.open();
    EXPECT_FALSE(world_.system().exists(beside("disk") / "out.part"));
    EXPECT_EQ(remembered(), 0u);
}

TEST_F(OutgoingTest, What_the_ledger_knows_of_is_left_alone) {
    {
        const auto project = world_.open();
        Outgoing outgoing = must(Outgoing::begin(*project, beside("v1"), beside(".v1.aside")));
        must(world_.system().write_file(outgoing.aside() / "weights", bytes_of("all")));
        EXPECT_EQ(must(unfinished(*project)), std::vector<Path>{beside(".v1.aside")});
        must(outgoing.forget());
    }
    EXPECT_EQ(remembered(), 0u);
    EXPECT_TRUE(world_.system().exists(beside(".v1.aside") / "weights"));
}

TEST_F(OutgoingTest, On_a_disk_that_is_away_it_stays_remembered) {
    kill_while_writing();
    std::filesystem::rename(beside("disk"), beside("unplugged"));
    EXPECT_EQ(remembered(), 1u);
    std::filesystem::rename(beside("unplugged"), beside("disk"));
    EXPECT_EQ(remembered(), 0u);
    EXPECT_FALSE(world_.system().exists(beside("disk") / "out.part"));
}

TEST_F(OutgoingTest, A_living_process_is_left_alone) {
    const auto project = world_.open();
    const Outgoing outgoing = must(Outgoing::begin(*project, beside("out")));
    world_.open();
    EXPECT_TRUE(world_.system().exists(outgoing.aside()));
}

}  // namespace
}  // namespace litura::derive::testing
