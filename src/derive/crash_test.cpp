// Failing and dying at every file operation, and at random instants: nothing accepted is lost, the
// next command repairs what was left, and the digest is the one of an undisturbed run.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>

#include "derive/test_world.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

enum class Fault { fail, die };

/// Fails, or ends the process, at the n-th operation that changes a file. A full disk stays full,
/// and lets go of files; a process dies with half a file written, or with a rename done that nobody
/// was told of.
class FaultyEnv final : public Env {
public:
    FaultyEnv(Env& inner, Fault fault, int at) : inner_(inner), fault_(fault), left_(at) {}

    Instant now() const override { return inner_.now(); }
    void random(std::span<std::uint8_t> out) override { inner_.random(out); }
    Result<Bytes> read_file(const Path& path) override { return inner_.read_file(path); }
    bool exists(const Path& path) override { return inner_.exists(path); }
    std::vector<std::string> list(const Path& folder) override { return inner_.list(folder); }

    Result<void> write_file(const Path& path, ByteView bytes) override {
        if (left_ == 1 && fault_ == Fault::die)
            (void)inner_.write_file(path, bytes.first(bytes.size() / 2));
        TRY(step());
        return inner_.write_file(path, bytes);
    }
    Result<void> overwrite(const Path& path, std::uint64_t offset, ByteView bytes) override {
        if (left_ == 1 && fault_ == Fault::die)
            (void)inner_.overwrite(path, offset, bytes.first(bytes.size() / 20));
        TRY(step());
        return inner_.overwrite(path, offset, bytes);
    }
    Result<void> rename(const Path& from, const Path& to) override {
        if (left_ == 1 && fault_ == Fault::die) (void)inner_.rename(from, to);
        TRY(step());
        return inner_.rename(from, to);
    }
    Result<void> sync_folder(const Path& folder) override {
        TRY(step());
        return inner_.sync_folder(folder);
    }
    Result<void> remove(const Path& path) override {
        if (fault_ != Fault::fail) TRY(step());
        return inner_.remove(path);
    }
    Result<void> make_folders(const Path& folder) override {
        TRY(step());
        return inner_.make_folders(folder);
    }

private:
    Result<void> step() {
        if (left_ > 0) --left_;
        if (left_ > 0) return done();
        if (fault_ != Fault::fail) ::_exit(9);
        return Error{Code::environment, "no space left on device", "", "free some space"};
    }
    Env& inner_;
    Fault fault_;
    std::atomic<int> left_;
};

/// A world that can be put back to a moment before.
class Rewound {
public:
    explicit Rewound(World& world) : world_(world) {
        std::filesystem::copy(world.folder(), copy(), kAll);
    }
    void rewind() {
        std::filesystem::remove_all(world_.folder());
        std::filesystem::copy(copy(), world_.folder(), kAll);
    }

private:
    static constexpr auto kAll = std::filesystem::copy_options::recursive;
    Path copy() const { return world_.folder().parent_path() / "copy"; }
    World& world_;
};

/// Runs `act` in a child process. Its exit status; a death by signal is a failed test.
int in_child(const std::function<void()>& act) {
    const pid_t child = ::fork();
    if (child == 0) {
        act();
        ::_exit(::testing::Test::HasFailure() ? 99 : 0);
    }
    int status = 0;
    CHECK(::waitpid(child, &status, 0) == child);
    EXPECT_TRUE(WIFEXITED(status));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct Scene {
    std::string name;
    std::function<void(World&)> before;  ///< undisturbed
    std::function<void(World&)> act;     ///< disturbed; may fail
    std::function<void(World&)> after;   ///< asked again if it was not accepted
};

Digest person_or_none(World& world, int number) {
    const auto accounts = must(world.open()->ledger().persons().of_author(name_of(number)));
    return accounts.empty() ? Digest() : accounts[0].person;
}

void ask_again(World& world, RequestKind kind, int number) {
    if (must(world.open()->ledger().requests().all()).empty())
        (void)world.try_request(kind, number);
}

std::vector<Scene> scenes() {
    const auto imported = [](World& world) { world.import(posts_of(3)); };
    const auto derived = [](World& world) {
        world.import(posts_of(3));
        world.derive();
    };
    return {
        {"derive", imported, [](World& world) { (void)world.try_derive(); }, [](World&) {}},
        {"erasure", derived,
         [](World& world) {
             const auto project = world.try_open();
             if (!project.ok()) return;
             const Digest who = person_or_none(world, 2);
             (void)exercise(*project.value(), World::ask(RequestKind::erasure, who, true));
         },
         [](World& world) { ask_again(world, RequestKind::erasure, 2); }},
        {"erasure of two together", derived,
         [](World& world) {
             const auto project = world.try_open();
             if (!project.ok()) return;
             const std::vector<Digest> both{person_or_none(world, 0), person_or_none(world, 2)};
             (void)erase_together(*project.value(), both, "letter");
         },
         [](World& world) {
             if (!must(world.open()->ledger().requests().all()).empty()) return;
             for (const int number : {0, 2}) (void)world.try_request(RequestKind::erasure, number);
         }},
        {"rectification", derived,
         [](World& world) { (void)world.try_rectify(2, "a2", "corrected"); },
         [](World& world) {
             if (must(world.open()->ledger().requests().all()).empty())
                 must(world.try_rectify(2, "a2", "corrected"));
         }},
        {"erasure of one record", derived,
         [](World& world) { (void)world.try_erase_record(2, "a2"); },
         [](World& world) {
             if (must(world.open()->ledger().requests().all()).empty())
                 must(world.try_erase_record(2, "a2"));
         }},
        {"objection", derived,
         [](World& world) { (void)world.try_request(RequestKind::objection, 0, false); },
         [](World& world) { ask_again(world, RequestKind::objection, 0); }},
    };
}

/// Ends the process where a procedure says that it has come to.
class DeadlyEnv final : public Env {
public:
    DeadlyEnv(Env& inner, std::string point) : inner_(inner), point_(std::move(point)) {}
    Instant now() const override { return inner_.now(); }
    void random(std::span<std::uint8_t> out) override { inner_.random(out); }
    Result<Bytes> read_file(const Path& path) override { return inner_.read_file(path); }
    bool exists(const Path& path) override { return inner_.exists(path); }
    std::vector<std::string> list(const Path& folder) override { return inner_.list(folder); }
    Result<void> write_file(const Path& path, ByteView bytes) override {
        return inner_.write_file(path, bytes);
    }
    Result<void> overwrite(const Path& path, std::uint64_t offset, ByteView bytes) override {
        return inner_.overwrite(path, offset, bytes);
    }
    Result<void> rename(const Path& from, const Path& to) override {
        return inner_.rename(from, to);
    }
    Result<void> sync_folder(const Path& folder) override { return inner_.sync_folder(folder); }
    Result<void> remove(const Path& path) override { return inner_.remove(path); }
    Result<void> make_folders(const Path& folder) override { return inner_.make_folders(folder); }
    void reached(std::string_view point) override {
        if (point == point_) ::_exit(9);
    }

private:
    Env& inner_;
    std::string point_;
};

class Crash : public ::testing::TestWithParam<Fault> {};

TEST_P(Crash, At_every_file_operation_of_every_scene) {
    for (const Scene& scene : scenes()) {
        World world;
        scene.before(world);
        Rewound start(world);
        scene.act(world);
        const Digest expected = world.derive().model;
        const std::size_t nodes = world.node_folders().size();
        bool finished = false;
        int at = 0;
        while (!finished) {
            ++at;
            ASSERT_LT(at, 1000) << scene.name;
            start.rewind();
            const int status = in_child([&] {
                FaultyEnv faulty(world.system(), GetParam(), at);
                world.use(faulty);
                scene.act(world);
                if (GetParam() == Fault::fail && code_of(world.try_derive()) == 4) ::_exit(9);
            });
            ASSERT_TRUE(status == 0 || status == 9) << scene.name << " at " << at << ": " << status;
            finished = status == 0;
            if (world.visible()) {
                const auto project = world.open();
                EXPECT_TRUE(must(still_admitted(*project, world.manifest().used)))
                    << scene.name << " at " << at;
            }
            EXPECT_FALSE(world.leftovers()) << scene.name << " at " << at;
            scene.after(world);
            EXPECT_EQ(world.derive().model, expected) << scene.name << " at " << at;
            EXPECT_EQ(world.models(), 1u) << scene.name << " at " << at;
            EXPECT_LE(world.node_folders().size(), nodes) << scene.name << " at " << at;
            for (const ledger::Request& request : must(world.open()->ledger().requests().all())) {
                EXPECT_EQ(request.state, ledger::RequestState::derived)
                    << scene.name << " at " << at;
            }
        }
        EXPECT_GT(at, 8) << scene.name;
        EXPECT_TRUE(world.verify().equal) << scene.name;
    }
}
std::string name_of_fault(const ::testing::TestParamInfo<Fault>& of) {
    return of.param == Fault::fail ? "DiskFull" : "Death";
}
INSTANTIATE_TEST_SUITE_P(Faults, Crash, ::testing::Values(Fault::fail, Fault::die), name_of_fault);

/// The record, as it stands in the database of a moment, with the key tables of the same or a later
/// one: does it open?
bool canary_opens(const Path& folder, const std::string& sealed_of) {
    const auto env = system_env();
    auto db = must(Database::open(folder / ".litura/ledger.db"));
    const auto secrets = must(keys::load_secrets(*env, folder / ".litura/secrets"));
    auto keys = keys::KeyTable::open(db, secrets.root);
    if (!keys) return false;
    auto corpus = must(corpus::Corpus::open(db, secrets, keys.value()));
    auto row = corpus.find(PersonalText(sealed_of));
    return row.ok() && corpus.original(row->record).ok();
}

TEST(FaultPoints, At_each_of_them_nothing_is_called_destroyed_while_it_can_be_opened) {
    for (const Scene& scene : scenes()) {
        if (!scene.name.starts_with("erasure")) continue;
        World world;
        scene.before(world);
        Rewound start(world);
        scene.act(world);
        const Digest expected = world.derive().model;
        for (const char* point :
             {"E1", "E2", "E3", "E4a", "E4b", "E4c", "E4d", "E5a", "E5b", "E6"}) {
            start.rewind();
            const int status = in_child([&] {
                DeadlyEnv deadly(world.system(), point);
                world.use(deadly);
                scene.act(world);
            });
            ASSERT_EQ(status, 9) << scene.name << " never came to " << point;
            const bool said = world.count(
                                  "SELECT count(*) FROM request WHERE destroyed_ms IS NOT"
                                  " NULL") > 0;
            EXPECT_FALSE(said && canary_opens(world.folder(), "a2")) << point;
            EXPECT_EQ(said, std::string_view(point) == "E6");
            const auto requests = must(world.open()->ledger().requests().all());
            ASSERT_FALSE(requests.empty()) << point;
            for (const ledger::Request& request : requests)
                EXPECT_TRUE(request.destroyed_at.has_value()) << point;
            EXPECT_FALSE(canary_opens(world.folder(), "a2")) << point;
            EXPECT_TRUE(canary_opens(world.folder(), "a1")) << point;
            EXPECT_EQ(must(world.open()->secrets.root.read()).size(), 1u) << point;
            EXPECT_EQ(world.derive().model, expected) << scene.name << " at " << point;
        }
    }
}

/// The database's own steps have no file operation of ours between them: there only a kill at any
/// instant reaches.
TEST(Kill, At_random_instants_loses_nothing_accepted) {
    std::mt19937_64 random(17);
    World world;
    world.import(posts_of(10));
    world.derive();
    world.import(posts_of(16));
    Rewound start(world);
    const auto erase = [&](int number) {
        const auto project = world.open();
        const Digest who = person_or_none(world, number);
        return must(exercise(*project, World::ask(RequestKind::erasure, who, true))).request.id;
    };
    const auto began = std::chrono::steady_clock::now();
    erase(5);
    const Digest expected = world.derive().model;
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::steady_clock::now() - began)
                           .count();
    for (int round = 0; round < 34; ++round) {
        start.rewind();
        int told[2];
        CHECK(::pipe(told) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const std::string id = erase(5);
            CHECK(::write(told[1], id.data(), id.size()) == static_cast<ssize_t>(id.size()));
            world.derive();
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(random() % static_cast<std::uint64_t>(whole)));
        ::kill(child, SIGKILL);
        CHECK(::waitpid(child, nullptr, 0) == child);
        ::close(told[1]);
        std::string id(32, '\0');
        id.resize(
            static_cast<std::size_t>(std::max<ssize_t>(::read(told[0], id.data(), id.size()), 0)));
        ::close(told[0]);

        const auto requests = must(world.open()->ledger().requests().all());
        EXPECT_TRUE(id.empty() || (requests.size() == 1 && requests[0].id == id)) << round;
        if (requests.empty()) erase(5);
        EXPECT_FALSE(world.leftovers()) << round;
        EXPECT_EQ(world.derive().model, expected) << round;
        EXPECT_EQ(world.models(), 1u) << round;
        EXPECT_TRUE(must(world.open()->ledger().verify()).holds) << round;
    }
}

}  // namespace
}  // namespace litura::derive::testing
