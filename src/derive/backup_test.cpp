// Copies of a project: old ones that are put back, backups that are restored, mirrors that are
// away.
#include "derive/backup.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "derive/report.hpp"
#include "derive/test_world.hpp"
#include "ledger/orders.hpp"
#include "ledger/requests.hpp"
#include "ledger/schema.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

const std::string kMirrored =
    with(kRecipe, "quarantine_days = 90", "quarantine_days = 90\nkey_mirror = \"../mirror\"");
constexpr auto kAll =
    std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing;

/// A project with a mirror beside it, people in it, and a model.
class Copies : public ::testing::Test {
protected:
    Copies() {
        std::filesystem::create_directories(beside("mirror"));
        world.import(posts_of(8));
        world.derive();
        must(rotate_keys(*world.open()));
    }
    Path beside(const std::string& name) { return world.folder().parent_path() / name; }
    void keep(const std::string& as) {
        std::filesystem::remove_all(beside(as));
        std::filesystem::copy(world.folder(), beside(as), kAll);
    }
    void put_back(const std::string& as, const std::string& part) {
        std::filesystem::remove_all(world.folder() / part);
        std::filesystem::copy(beside(as) / part, world.folder() / part, kAll);
    }
    bool opens(const std::string& id) {
        const auto project = world.open();
        auto row = project->corpus().find(PersonalText(id));
        return row.ok() && project->corpus().original(row->record).ok();
    }
    Result<Restored> restore_here() {
        return restore(world.system(), beside("backup"), beside("mirror"), world.folder());
    }

    World world{kMirrored};
};

TEST_F(Copies, An_old_copy_put_back_is_refused_whole_or_in_part) {
    keep("old");
    world.request(RequestKind::erasure, 2);
    keep("new");
    for (const std::string part : {".litura", ".litura/ledger.db", ".litura/secrets"}) {
        put_back("old", part);
        if (part == ".litura/ledger.db") {
            for (const char* log : {"ledger.db-wal", "ledger.db-shm"})
                std::filesystem::remove(world.folder() / ".litura" / log);
        }
        const auto refused = world.try_open();
        EXPECT_EQ(code_of(refused), 3) << part;
        put_back("new", ".litura");
        EXPECT_EQ(code_of(world.try_open()), 0) << part;
    }
    put_back("old", ".litura");
    put_back("old", "litura.head");
    EXPECT_EQ(code_of(world.try_open()), 3) << "the mirror still knows";
    put_back("new", ".litura");
    std::filesystem::remove(world.folder() / "litura.head");
    EXPECT_EQ(code_of(world.try_open()), 3) << "without the anchored head nothing is trusted";
}

TEST_F(Copies, A_backup_and_the_mirror_give_everything_of_the_living_and_nothing_of_the_dead) {
    must(world.system().write_file(world.paths().organisation(), bytes_of("# who we are\n")));
    must(backup(*world.open(), beside("backup")));
    must(world.try_rectify(5, "a5", "corrected"));
    must(world.try_erase_record(3, "a3"));
    world.request(RequestKind::erasure, 2);
    const auto requests = must(world.open()->ledger().requests().all());
    const Digest model = world.derive().model;
    std::filesystem::remove_all(world.folder() / ".litura");
    std::filesystem::remove(world.paths().organisation());
    const Restored restored = must(restore_here());
    EXPECT_EQ(restored.dead, 4u) << "two of person 2, one of person 3, the old wording of a5";
    EXPECT_EQ(restored.records, 12u);
    EXPECT_TRUE(world.system().exists(world.paths().organisation()));
    EXPECT_TRUE(must(world.open()->ledger().verify()).holds);
    for (const char* dead : {"a2", "b2", "a3", "a5"}) EXPECT_FALSE(opens(dead)) << dead;
    for (const char* living : {"b3", "b5", "a1", "b7"}) EXPECT_TRUE(opens(living)) << living;
    const auto after = must(world.open()->ledger().requests().all());
    ASSERT_EQ(after.size(), requests.size());
    for (std::size_t at = 0; at < after.size(); ++at)
        EXPECT_EQ(after[at].destroyed_at, requests[at].destroyed_at);
    world.import({{5, "a5", "corrected", "2024-02-01"}, {2, "a2", "first words of 2"}});
    EXPECT_FALSE(opens("a2")) << "an erased name stays barred";
    EXPECT_EQ(world.derive().model, model) << "the corrected text came from its source again";
}

TEST_F(Copies, A_backup_holds_no_key_and_no_readable_word) {
    must(backup(*world.open(), beside("backup")));
    EXPECT_FALSE(std::filesystem::exists(beside("backup") / ".litura/secrets"));
    EXPECT_FALSE(std::filesystem::exists(beside("backup") / ".litura/models"));
    auto db = must(Database::open(beside("backup") / ".litura/ledger.db"));
    for (const char* sql : {"SELECT count(*) FROM held_key", "SELECT count(*) FROM bucket_key",
                            "SELECT count(*) FROM record WHERE length(wrapped_key) > 0"}) {
        auto rows = must(db.prepare(sql));
        ASSERT_TRUE(must(rows.step()));
        EXPECT_EQ(rows.integer(0), 0) << sql;
    }
    // Nor what folds say in clear of people, nor how long their texts are.
    std::vector<std::string> tables = {"token_count", "visible", "visible_person"};
    for (const ledger::FoldTable& fold : ledger::kFoldTables) tables.emplace_back(fold.name);
    for (const std::string& table : tables) {
        auto rows = must(db.prepare("SELECT count(*) FROM \"" + table + "\""));
        ASSERT_TRUE(must(rows.step()));
        EXPECT_EQ(rows.integer(0), 0) << table;
    }
    EXPECT_EQ(code_of(backup(*world.open(), beside("backup"))), 2) << "not into a full folder";
    World alone;
    EXPECT_EQ(code_of(backup(*alone.open(), beside("other"))), 3) << "not without a mirror";
}

TEST_F(Copies, A_restore_from_an_old_mirror_or_a_strange_backup_is_refused) {
    must(backup(*world.open(), beside("backup")));
    std::filesystem::copy(beside("mirror"), beside("old mirror"), kAll);
    EXPECT_EQ(code_of(restore_here()), 3) << "there is a project";
    world.request(RequestKind::erasure, 2);
    std::filesystem::remove_all(world.folder() / ".litura");
    EXPECT_EQ(
        code_of(restore(world.system(), beside("backup"), beside("old mirror"), world.folder())), 3)
        << "the anchored head that was left is beyond it";
    World other(kMirrored);
    const Path mirror = other.folder().parent_path() / "mirror";
    std::filesystem::create_directories(mirror);
    must(rotate_keys(*other.open()));
    std::filesystem::remove(world.folder() / "litura.head");
    EXPECT_EQ(code_of(restore(world.system(), beside("backup"), mirror, world.folder())), 3);
    EXPECT_FALSE(std::filesystem::exists(world.folder() / ".litura"));
    EXPECT_EQ(must(restore_here()).dead, 2u);
}

TEST_F(Copies, A_request_accepted_after_the_backup_is_carried_out_after_the_restore) {
    must(backup(*world.open(), beside("backup")));
    world.request(RequestKind::erasure, 2, false);
    std::filesystem::remove_all(world.folder() / ".litura");
    must(restore_here());
    const auto project = world.open();
    const auto requests = must(project->ledger().requests().all());
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_FALSE(requests[0].destroyed_at.has_value());
    must(verify_request(*project, requests[0].id, "letter"));
    EXPECT_FALSE(opens("a2"));
}

TEST_F(Copies, An_older_database_takes_no_refusal_back) {
    const auto refuse = [&](int which) {
        const auto project = world.open();
        if (which == 0)
            must(project->ledger().orders().stop({"DPA", "1/2026"}, ledger::kEveryOperation, {}));
        if (which == 1) world.request(RequestKind::objection, 1);
        if (which == 2) world.request(RequestKind::restriction, 3);
    };
    for (int which = 0; which < 3; ++which) {
        keep("old");
        refuse(which);
        keep("new");
        for (const char* file : {"ledger.db", "ledger.db-wal", "ledger.db-shm"}) {
            std::filesystem::remove(world.folder() / ".litura" / file);
            if (std::filesystem::exists(beside("old") / ".litura" / file))
                std::filesystem::copy(beside("old") / ".litura" / file,
                                      world.folder() / ".litura" / file);
        }
        EXPECT_EQ(code_of(world.try_open()), 3) << which;
        std::filesystem::remove(world.folder() / "litura.head");
        std::filesystem::copy(beside("old") / "litura.head", world.folder() / "litura.head");
        EXPECT_EQ(code_of(world.try_open()), 3) << which << ": the mirror still knows";
        put_back("new", ".litura");
        std::filesystem::copy(beside("new") / "litura.head", world.folder() / "litura.head", kAll);
        EXPECT_EQ(code_of(world.try_open()), 0) << which;
    }
}

TEST_F(Copies, Events_cut_off_with_their_folds_are_missed) {
    const auto before = must(world.open()->ledger().sequence());
    world.request(RequestKind::objection, 1);
    auto db = must(Database::open(world.paths().database()));
    must(db.execute("DELETE FROM event WHERE seq > " + std::to_string(before) +
                    "; DELETE FROM bar; DELETE FROM request"));
    EXPECT_EQ(code_of(world.try_open()), 3);
}

TEST_F(Copies, A_copy_writes_nothing_into_the_mirror_and_the_project_does_not_notice) {
    std::filesystem::copy(world.folder(), beside("copy"), kAll);
    const auto open_copy = [&] {
        return must(open_and_resume({world.system(), beside("copy"), on(world.today),
                                     toy_factory(std::make_shared<ToySwitches>())}));
    };
    const auto files = [&] {
        return std::pair(must(world.system().read_file(beside("mirror") / "keys.db")),
                         must(world.system().read_file(beside("mirror") / "litura.head")));
    };
    const auto before = files();
    const Ask erasure = World::ask(RequestKind::erasure, world.person(2), true);
    const Ask objection = World::ask(RequestKind::objection, world.person(1), true);
    EXPECT_EQ(code_of(exercise(*open_copy(), objection)), 0);
    EXPECT_EQ(code_of(exercise(*open_copy(), erasure)), 3);
    EXPECT_EQ(code_of(rotate_keys(*open_copy())), 3);
    EXPECT_EQ(files(), before);
    EXPECT_EQ(code_of(world.try_request(RequestKind::erasure, 3)), 0);
}

TEST_F(Copies, A_copy_becomes_the_project_when_it_takes_the_mirror) {
    std::filesystem::copy(world.folder(), beside("copy"), kAll);
    const auto open_copy = [&] {
        return open_and_resume({world.system(), beside("copy"), on(world.today),
                                toy_factory(std::make_shared<ToySwitches>())});
    };
    must(take_mirror(*must(open_copy())));
    const Ask erasure = World::ask(RequestKind::erasure, world.person(2), true);
    EXPECT_EQ(code_of(exercise(*must(open_copy()), erasure)), 0);
    EXPECT_EQ(code_of(world.try_open()), 3) << "now this one is the copy, and behind";
}

TEST_F(Copies, A_project_that_was_moved_stays_the_owner_of_its_mirror) {
    std::filesystem::rename(world.folder(), beside("moved"));
    const auto project = must(open_and_resume({world.system(), beside("moved"), on(world.today),
                                               toy_factory(std::make_shared<ToySwitches>())}));
    EXPECT_EQ(code_of(rotate_keys(*project)), 0);
}

TEST_F(Copies, A_correction_that_waits_and_a_report_survive_a_restore) {
    must(backup(*world.open(), beside("backup")));
    must(world.try_rectify(5, "a5", "corrected", false));
    const auto erased = world.request(RequestKind::erasure, 2).request;
    std::filesystem::remove_all(world.folder() / ".litura");
    must(restore_here());
    EXPECT_FALSE(must(report_of(*world.open(), erased)).empty());
    const auto project = world.open();
    const auto requests = must(project->ledger().requests().all());
    const auto done_now = must(verify_request(*project, requests[0].id, "letter"));
    EXPECT_TRUE(done_now.request.destroyed_at.has_value());
    const auto row = must(project->corpus().find(PersonalText("a5")));
    EXPECT_EQ(must(project->corpus().effective_text(row.record)).reveal(), "corrected");
}

TEST_F(Copies, Backups_beside_erasures_leave_a_mirror_of_one_time) {
    for (int round = 0; round < 4; ++round) {
        const Path folder = beside("backup" + std::to_string(round));
        const pid_t child = ::fork();
        if (child == 0) ::_exit(code_of(backup(*world.open(), folder)));
        EXPECT_EQ(code_of(world.try_request(RequestKind::erasure, round)), 0);
        int status = 0;
        CHECK(::waitpid(child, &status, 0) == child);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
        keep("whole");
        std::filesystem::remove_all(world.folder() / ".litura");
        EXPECT_EQ(code_of(restore(world.system(), folder, beside("mirror"), world.folder())), 0);
        EXPECT_FALSE(opens("a" + std::to_string(round)));
    }
}

TEST_F(Copies, Backups_beside_each_other_are_each_whole) {
    std::vector<pid_t> children;
    for (int number = 0; number < 4; ++number) {
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(code_of(backup(*world.open(), beside("backup" + std::to_string(number)))));
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        CHECK(::waitpid(child, &status, 0) == child);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    }
    EXPECT_FALSE(world.leftovers());
    for (int number = 0; number < 4; ++number) {
        const Path folder = beside("backup" + std::to_string(number));
        std::filesystem::remove_all(world.folder() / ".litura");
        EXPECT_EQ(code_of(restore(world.system(), folder, beside("mirror"), world.folder())), 0);
        EXPECT_TRUE(opens("a1"));
    }
}

TEST_F(Copies, Nothing_is_called_destroyed_while_the_mirror_is_away) {
    std::filesystem::rename(beside("mirror"), beside("unplugged"));
    EXPECT_EQ(code_of(world.try_request(RequestKind::erasure, 2)), 4);
    EXPECT_FALSE(must(world.open()->ledger().requests().all()).at(0).destroyed_at.has_value());
    EXPECT_FALSE(opens("a2"));
    std::filesystem::rename(beside("unplugged"), beside("mirror"));
    EXPECT_TRUE(must(world.open()->ledger().requests().all()).at(0).destroyed_at.has_value());
}

TEST_F(Copies, The_report_counts_what_was_destroyed_and_names_what_is_out_of_reach) {
    must(world.open()->ledger().append("model.exported",
                                       {{"format", "hf"}, {"path", "out"}, {"model", "digest"}}));
    must(backup(*world.open(), beside("backup")));
    const auto request = world.request(RequestKind::erasure, 2).request;
    std::map<std::string, Artefact> report;
    for (const Artefact& artefact : must(report_of(*world.open(), request)))
        report[artefact.what] = artefact;
    EXPECT_EQ(report.at("records").count, 2u);
    EXPECT_EQ(report.at("accounts' keys").count, 1u);
    EXPECT_GT(report.at("nodes").count, 0u);
    EXPECT_EQ(report.at("backups").fate, Fate::unreadable);
    EXPECT_EQ(report.at("exported model digest").fate, Fate::out_of_reach);
    const auto objection = world.request(RequestKind::objection, 1).request;
    EXPECT_EQ(code_of(report_of(*world.open(), objection)), 3);
}

}  // namespace
}  // namespace litura::derive::testing
