// A person's words in others' records: who is searched, what is barred, what becomes of nodes; and
// the same for the name of somebody without an account.
#include "derive/echoes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "derive/report.hpp"
#include "base/test_clock.hpp"
#include "derive/test_world.hpp"
#include "derive/turn.hpp"
#include "ledger/findings.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;
using ledger::RequestState;

const std::string kWords = "the ferry left at dawn and nobody but the gulls had seen it";

/// Person 1 says something; 2 and 7 say it too, 3 quotes it by a sign.
std::vector<Post> echoing(bool with_author = true) {
    std::vector<Post> posts = posts_of(12);
    if (!with_author) std::erase_if(posts, [](const Post& post) { return post.person == 1; });
    if (with_author) posts.push_back({1, "original", "I saw that " + kWords});
    posts.push_back({2, "copy", "As she told us: \"" + kWords + "\"!"});
    posts.push_back({7, "shouted", "THE FERRY LEFT AT DAWN,\nAND NOBODY BUT THE GULLS"});
    posts.push_back({3, "quote", "> " + kWords + "\nis what I have heard of it"});
    return posts;
}

Digest record(World& world, const std::string& id) {
    return must(world.open()->corpus().find(PersonalText(id))).record;
}

bool admits(World& world, const std::string& id) {
    const auto view = world.view();
    return std::ranges::count(view.samples, record(world, id), &Sample::record) == 1;
}

std::vector<Digest> records_of(const InOthers& others) {
    std::vector<Digest> out;
    for (const ledger::FoundRecord& each : others.found.barred) out.push_back(each.record);
    std::ranges::sort(out);
    return out;
}

Exercised object(World& world, const OutsiderAsk& ask) {
    return must(exercise_outsider(*world.open(), ask));
}

TEST(EchoBars, An_erasure_an_objection_and_a_withdrawal_bar_the_copies) {
    for (const auto kind :
         {RequestKind::erasure, RequestKind::objection, RequestKind::withdrawal}) {
        World world;
        world.import(echoing());
        world.derive();
        const Exercised out = world.request(kind, 1);
        ASSERT_TRUE(out.others.has_value());
        EXPECT_EQ(out.others->searched, 22u + 3u);
        std::vector<Digest> copies{record(world, "copy"), record(world, "shouted")};
        std::ranges::sort(copies);
        EXPECT_EQ(records_of(*out.others), copies);
        EXPECT_FALSE(admits(world, "copy"));
        EXPECT_FALSE(admits(world, "shouted"));
        EXPECT_TRUE(admits(world, "quote"));
        for (const Sample& sample : world.manifest().used.samples)
            EXPECT_EQ(std::ranges::count(copies, sample.record), 0) << "suppressed at once";
    }
}

TEST(EchoBars, A_restriction_and_an_unverified_erasure_search_nobody) {
    World world;
    world.import(echoing());
    world.derive();
    EXPECT_FALSE(world.request(RequestKind::restriction, 1).others.has_value());
    EXPECT_FALSE(world.request(RequestKind::erasure, 1, false).others.has_value());
    EXPECT_TRUE(admits(world, "copy"));
}

TEST(EchoBars, After_an_erasure_the_model_is_that_of_a_project_without_person_and_copies) {
    World world;
    world.import(echoing());
    world.derive();
    const Exercised out = world.request(RequestKind::erasure, 1);
    const Derived derived = world.derive();
    const auto other = World::like(world);
    other->import(echoing(false));
    OutsiderAsk same_bars;
    same_bars.records = records_of(*out.others);
    object(*other, same_bars);
    EXPECT_EQ(other->derive().model, derived.model);
    EXPECT_EQ(other->model_bytes(), world.model_bytes());
    EXPECT_TRUE(world.verify().equal);
}

TEST(EchoBars, People_who_leave_together_are_each_followed_into_others_by_one_search) {
    World one_by_one;
    std::vector<Post> posts = echoing();
    posts.push_back({4, "hers", "A second saying, of which they all were fond in those days."});
    posts.push_back({7, "again", "a second saying of which they all were fond"});
    one_by_one.import(posts);
    one_by_one.derive();
    const auto together = World::like(one_by_one);
    together->import(posts);
    together->derive();
    std::vector<Digest> persons;
    for (const int number : {1, 2, 4}) {
        persons.push_back(
            must(together->open()->ledger().persons().of_author(name_of(number))).at(0).person);
        one_by_one.request(RequestKind::erasure, number);
    }
    must(erase_together(*together->open(), persons, "letter"));
    const auto project = together->open();
    const auto requests = must(project->ledger().requests().all());
    ASSERT_EQ(requests.size(), 3u);
    for (const ledger::Request& request : requests) {
        EXPECT_TRUE(request.destroyed_at.has_value());
        EXPECT_FALSE(must(report_of(*project, request)).empty());
    }
    const auto barred = [&](std::size_t index) {
        return must(project->ledger().findings().of(requests[index].id)).barred.size();
    };
    EXPECT_EQ(barred(0), 2u) << "the copies of 2, who leaves too, and of 7";
    EXPECT_EQ(barred(2), 1u);
    for (const char* copy : {"shouted", "again"}) EXPECT_FALSE(admits(*together, copy)) << copy;
    EXPECT_EQ(together->derive().model, one_by_one.derive().model);
    EXPECT_TRUE(together->verify().equal);
}

/// Does something when a procedure has come to a point.
class AtPoint final : public ClockEnv {
public:
    AtPoint(std::string point, std::function<void()> act)
        : ClockEnv(on(kToday)), point_(std::move(point)), act_(std::move(act)) {}
    void reached(std::string_view point) override {
        if (point == point_) act_();
    }

private:
    std::string point_;
    std::function<void()> act_;
};

TEST(EchoBars, Whoever_waits_comes_in_before_the_texts_of_who_leaves_are_learned) {
    World world;
    world.import({{1, "own", kWords}});
    const auto other = world.open();
    std::atomic<bool> came_in = false;
    std::jthread waiting;
    AtPoint accepted("E1", [&] {
        waiting = std::jthread([&] {
            const Turn theirs = must(Turn::wait_for(*other));
            came_in = true;
        });
        while (!must(Turn::is_wanted(*other)))
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
    world.use(accepted);
    world.request(RequestKind::erasure, 1);
    EXPECT_TRUE(came_in) << "before the erasure was done";
}

/// "B's node keys are equal with and without A's structural quotes": a quote is cut always.
TEST(EchoBars, Nodes_of_who_quotes_by_a_sign_know_nothing_of_the_quoted) {
    World first;
    const auto keys_with = [&](const std::string& text) {
        const auto world = World::like(first);
        world->import(
            {{2, "own", "words of my own, in a post without anybody"}, {2, "quote", text}});
        const auto project = world->open();
        std::vector<Key> keys;
        for (const Node& node : must(project->graph(must(project->view()))).nodes)
            keys.push_back(node.key);
        return keys;
    };
    const auto keys = keys_with("> " + kWords + "\nso it is");
    EXPECT_EQ(keys_with("> something shorter\nso it is"), keys);
    EXPECT_NE(keys_with("so it is"), keys);
}

TEST(EchoBars, Nodes_that_saw_a_copy_are_purged_with_an_erasure_and_kept_with_an_objection) {
    for (const bool erasure : {true, false}) {
        World world;
        world.import(echoing());
        world.derive();
        world.request(erasure ? RequestKind::erasure : RequestKind::objection, 1);
        const std::string influenced = "SELECT count(*) FROM node WHERE state = '" +
                                       std::string(erasure ? "quarantined" : "purged") + "'";
        EXPECT_EQ(world.count(influenced), 0);
        EXPECT_EQ(world.count("SELECT count(*) FROM node WHERE state = 'purging'"), 0);
        const Digest copy = record(world, "copy");
        const std::int64_t kept = world.count(
            "SELECT count(*) FROM influence WHERE hex(record) = upper('" + copy.hex() + "')");
        EXPECT_EQ(kept == 0, erasure);
    }
}

TEST(EchoBars, A_new_consent_brings_the_copies_back_with_the_words) {
    World world;
    world.import(echoing());
    const Digest before = world.derive().model;
    world.request(RequestKind::objection, 1);
    EXPECT_NE(world.derive().model, before);
    EXPECT_FALSE(admits(world, "copy"));
    world.today = "2024-07-02";
    World::consent(*world.open(), 1, on("2024-07-02"), {});
    EXPECT_TRUE(admits(world, "copy"));
}

TEST(EchoBars, Common_phrases_wait_for_a_person_and_an_erasure_does_not_wait_for_them) {
    World world;
    std::vector<Post> posts = posts_of(16);
    for (int person = 0; person < 16; ++person)
        posts.push_back({person, "c" + std::to_string(person), kWords + " again"});
    world.import(posts);
    world.derive();
    const Exercised out = world.request(RequestKind::erasure, 1);
    EXPECT_EQ(out.request.state, RequestState::destroyed);
    EXPECT_EQ(out.others->found.barred.size(), 0u);
    EXPECT_EQ(out.others->found.waiting.size(), 15u);
    EXPECT_TRUE(admits(world, "c2"));
    const Digest one = record(world, "c2");
    const Exercised decided = must(decide_found(*world.open(), out.request.id, {one}, false));
    ASSERT_TRUE(decided.suppressed.has_value());
    EXPECT_FALSE(admits(world, "c2"));
    EXPECT_TRUE(admits(world, "c3"));
    EXPECT_EQ(world.count("SELECT count(*) FROM influence WHERE hex(record) = upper('" + one.hex() +
                          "')"),
              0)
        << "nodes that saw it are gone";
    world.derive();
    EXPECT_TRUE(world.verify().equal);
}

TEST(NameBars, Records_with_the_name_are_barred_now_and_when_they_are_imported) {
    World world;
    std::vector<Post> posts = posts_of(8);
    posts.push_back({2, "names", "yesterday MARA KIND was here"});
    world.import(posts);
    world.derive();
    OutsiderAsk ask;
    ask.name = PersonalText("Mara Kind");
    const Exercised out = object(world, ask);
    EXPECT_EQ(out.request.state, RequestState::suppressed);
    EXPECT_FALSE(admits(world, "names"));
    world.import(
        {{3, "later", "and Mara Kind came back"}, {3, "other", "kind Mara is somebody else"}});
    EXPECT_FALSE(admits(world, "later"));
    EXPECT_TRUE(admits(world, "other"));
    must(world.try_rectify(3, "other", "it was Mara Kind after all"));
    EXPECT_FALSE(admits(world, "other"));
    must(world.try_rectify(3, "other", "it was nobody after all"));
    EXPECT_TRUE(admits(world, "other"));
    world.derive();
    EXPECT_TRUE(world.verify().equal);
}

TEST(NameBars, A_common_name_bars_nothing_until_a_person_decides) {
    World world;
    std::vector<Post> posts = posts_of(12);
    for (int person = 0; person < 12; ++person)
        posts.push_back({person, "m" + std::to_string(person), "Mara " + std::to_string(person)});
    world.import(posts);
    OutsiderAsk ask;
    ask.name = PersonalText("mara");
    const Exercised out = object(world, ask);
    EXPECT_EQ(out.request.state, RequestState::accepted);
    EXPECT_FALSE(out.request.suppressed_at.has_value());
    EXPECT_TRUE(admits(world, "m2"));
    must(resume(*world.open()));
    EXPECT_EQ(must(world.open()->ledger().findings().of(out.request.id)).waiting.size(), 12u);
    const Exercised none = must(decide_found(*world.open(), out.request.id, {}, false));
    EXPECT_EQ(none.request.state, RequestState::suppressed);
    EXPECT_TRUE(admits(world, "m2"));
    world.import({{3, "later", "Mara again"}});
    EXPECT_TRUE(admits(world, "later"));
}

}  // namespace
}  // namespace litura::derive::testing
