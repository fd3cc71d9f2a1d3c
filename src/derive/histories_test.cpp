// Random histories of a project and its copies: backups restored, old copies put back whole or in
// part, mirrors exchanged for older ones, copies that work beside the project. Nobody who was
// erased can be read again, no refusal and no stop is lost, and an honest project is never refused.
#include <gtest/gtest.h>

#include <random>

#include "derive/backup.hpp"
#include "derive/test_world.hpp"
#include "ledger/orders.hpp"
#include "ledger/persons.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

constexpr int kPeople = 8;
const std::string kMirrored =
    with(kRecipe, "quarantine_days = 90", "quarantine_days = 90\nkey_mirror = \"../mirror\"");

class History {
public:
    explicit History(std::uint64_t seed) : random_(seed) {
        std::filesystem::create_directories(beside("mirror"));
        world_.import(posts_of(kPeople));
        world_.derive();
        must(rotate_keys(*world_.open()));
        keep("copy");
        must(backup(*world_.open(), beside("backup")));
    }

    void step() {
        const std::uint64_t what = random_() % 12;
        SCOPED_TRACE("step " + std::to_string(what));
        switch (what) {
            case 0: leave(RequestKind::objection, objected_); break;
            case 1: leave(RequestKind::erasure, erased_); break;
            case 2: stop_or_lift(); break;
            case 3: keep("copy"); break;
            case 4: back_up(); break;
            case 5: lose_and_restore(); break;
            case 6: put_back({".litura"}); break;
            case 7:
                put_back({".litura/ledger.db", ".litura/ledger.db-wal", ".litura/ledger.db-shm"});
                break;
            case 8: put_back({".litura", "litura.head"}); break;
            case 9: put_back({".litura/secrets"}); break;
            case 10: exchange_mirror(); break;
            case 11: work_in_a_copy(); break;
        }
        check_honest();
    }

private:
    Path beside(const std::string& name) { return world_.folder().parent_path() / name; }
    void copy(const Path& from, const Path& to) {
        std::filesystem::remove_all(to);
        if (!std::filesystem::exists(from)) return;
        std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
    }
    void keep(const std::string& as) {
        copy(world_.folder(), beside(as));
        copy(beside("mirror"), beside(as + " mirror"));
    }

    int somebody() { return static_cast<int>(random_() % kPeople); }

    void leave(RequestKind kind, std::set<int>& gone) {
        const int who = somebody();
        if (erased_.contains(who)) return;
        if (gone.contains(who)) return;
        EXPECT_EQ(code_of(world_.try_request(kind, who)), 0);
        gone.insert(who);
    }

    void stop_or_lift() {
        const auto project = world_.open();
        if (stop_.empty()) {
            stop_ = must(project->ledger().orders().stop({"DPA", "1/2026"}, ledger::kEveryOperation,
                                                         {}))
                        .id;
        } else {
            must(project->ledger().orders().lift(stop_, "one", "two"));
            stop_.clear();
        }
    }

    void back_up() {
        std::filesystem::remove_all(beside("backup"));
        EXPECT_EQ(code_of(backup(*world_.open(), beside("backup"))), 0);
    }

    void lose_and_restore() {
        std::filesystem::remove_all(world_.folder() / ".litura");
        EXPECT_EQ(
            code_of(restore(world_.system(), beside("backup"), beside("mirror"), world_.folder())),
            0);
    }

    /// An attacker's or a careless operator's: refused, or nothing of what was promised is lost.
    void put_back(const std::vector<std::string>& parts) {
        keep("now");
        for (const std::string& part : parts) copy(beside("copy") / part, world_.folder() / part);
        check_promises();
        copy(beside("now"), world_.folder());
        copy(beside("now mirror"), beside("mirror"));
    }

    void exchange_mirror() {
        copy(beside("copy mirror"), beside("mirror"));
        check_honest();
        must(rotate_keys(*world_.open()));
    }

    /// It may do what it likes: the project does not notice.
    void work_in_a_copy() {
        copy(world_.folder(), beside("elsewhere"));
        const auto there = open_and_resume({world_.system(), beside("elsewhere"), on(world_.today),
                                            toy_factory(std::make_shared<ToySwitches>())});
        ASSERT_EQ(code_of(there), 0);
        const int who = somebody();
        const auto accounts = must(there.value()->ledger().persons().of_author(name_of(who)));
        if (!accounts.empty()) {
            const auto ask = World::ask(RequestKind::erasure, accounts[0].person, true);
            EXPECT_EQ(code_of(exercise(*there.value(), ask)), 3) << "a copy destroys nothing";
        }
        std::filesystem::remove_all(beside("elsewhere"));
    }

    void check_promises() {
        const auto opened = world_.try_open();
        if (!opened.ok()) {
            EXPECT_TRUE(code_of(opened) == 3 || code_of(opened) == 70) << opened.error().message;
            return;
        }
        Project& project = *opened.value();
        EXPECT_EQ(project.permit().check(Operation::step).ok(), stop_.empty());
        const View view = must(project.view());
        for (const std::set<int>* gone : {&objected_, &erased_}) {
            for (const int who : *gone) {
                for (const auto& account :
                     must(project.ledger().persons().of_author(name_of(who)))) {
                    for (const Sample& sample : view.samples)
                        EXPECT_NE(sample.account, account.tag) << "person " << who;
                }
            }
        }
        for (const int who : erased_) {
            for (const char* post : {"a", "b"}) {
                auto row = project.corpus().find(PersonalText(post + std::to_string(who)));
                EXPECT_FALSE(row.ok() && project.corpus().original(row->record).ok()) << who;
            }
        }
    }

    void check_honest() {
        const auto opened = world_.try_open();
        ASSERT_EQ(code_of(opened), 0) << (opened.ok() ? "" : opened.error().message);
        check_promises();
    }

    World world_{kMirrored};
    std::mt19937_64 random_;
    std::set<int> objected_, erased_;
    std::string stop_;
};

void live(std::uint64_t first, std::uint64_t histories, int steps) {
    for (std::uint64_t seed = first; seed < first + histories; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        History history(seed);
        for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) history.step();
        if (::testing::Test::HasFailure()) return;
    }
}

TEST(Histories, Nobody_comes_back_no_stop_is_lost_and_an_honest_project_opens) { live(1, 6, 16); }

TEST(Histories, DISABLED_Ten_thousand_steps_end_the_same_way) { live(1000, 500, 20); }

}  // namespace
}  // namespace litura::derive::testing
