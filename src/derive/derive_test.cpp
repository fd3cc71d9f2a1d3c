// What a derivation promises: never held, history independence, nothing lost or changed by damage,
// one digest.
#include "derive/derive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "derive/test_world.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

std::vector<Post> without(std::vector<Post> posts, const std::vector<int>& people) {
    std::erase_if(posts,
                  [&](const Post& post) { return std::ranges::count(people, post.person) != 0; });
    return posts;
}

TEST(Derive, Counts_what_it_did_and_does_nothing_the_second_time) {
    World world;
    world.import(posts_of(12));
    const Derived first = world.derive();
    EXPECT_EQ(first.persons, 12u);
    EXPECT_EQ(first.records, 24u);
    EXPECT_FALSE(first.suppressed);
    EXPECT_EQ(first.deferred, 0u);
    EXPECT_EQ(first.tokens_now, first.tokens_fresh);
    EXPECT_EQ(first.tokens_now, world.toy().targets);
    EXPECT_EQ(first.nodes_reused, 0u);
    EXPECT_EQ(world.node_folders().size(), first.nodes_computed);
    const Derived second = world.derive();
    EXPECT_EQ(second.model, first.model);
    EXPECT_EQ(second.tokens_now, 0u);
    EXPECT_EQ(second.nodes_computed, 0u);
    EXPECT_EQ(second.nodes_reused, first.nodes_computed);
    EXPECT_EQ(world.toy().targets, first.tokens_now);
}

TEST(Derive, Nobody_admitted_gives_the_base_bit_for_bit) {
    World world;
    const Derived derived = world.derive();
    EXPECT_EQ(derived.model, must(world.open()->trainer())->base_digest());
    EXPECT_EQ(world.model_bytes(),
              must(world.system().read_file(world.folder() / "base" / "model.safetensors")));
    EXPECT_TRUE(world.verify().equal);
}

TEST(Derive, Threads_and_freshness_change_no_digest) {
    World world;
    world.import(posts_of(20));
    const Digest digest = world.derive(Reuse::yes, 1).model;
    for (const int threads : {1, 2, 5}) EXPECT_EQ(world.derive(Reuse::no, threads).model, digest);
    EXPECT_FALSE(world.leftovers());
}

class NeverHeld : public ::testing::TestWithParam<std::vector<int>> {};

TEST_P(NeverHeld, An_erasure_equals_a_project_that_never_held_them) {
    const std::vector<Post> posts = posts_of(24);
    World world;
    world.import(posts);
    world.derive();
    for (const int person : GetParam()) world.request(RequestKind::erasure, person);
    const Derived after = world.derive();
    const auto other = World::like(world);
    other->import(without(posts, GetParam()));
    const Derived never = other->derive();
    EXPECT_EQ(after.model, never.model);
    EXPECT_EQ(world.model_bytes(), other->model_bytes());
    EXPECT_EQ(after.tokens_fresh, never.tokens_fresh);
    EXPECT_LE(after.tokens_now, never.tokens_fresh);
    EXPECT_TRUE(world.verify().equal);
}
INSTANTIATE_TEST_SUITE_P(People, NeverHeld,
                         ::testing::Values(std::vector<int>{1}, std::vector<int>{2},
                                           std::vector<int>{0}, std::vector<int>{4, 5},
                                           std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));

TEST(NeverHeld, Everyone_leaving_gives_the_base) {
    World world;
    world.import(posts_of(5));
    world.derive();
    for (int person = 0; person < 5; ++person) world.request(RequestKind::erasure, person);
    EXPECT_EQ(world.derive().model, must(world.open()->trainer())->base_digest());
    EXPECT_TRUE(world.node_folders().empty());
}

TEST(NeverHeld, A_refusal_equals_a_person_without_a_ground) {
    const std::vector<Post> posts = posts_of(16);
    for (const auto& [kind, person] :
         {std::pair{RequestKind::objection, 5}, std::pair{RequestKind::withdrawal, 8}}) {
        World world;
        world.import(posts);
        world.derive();
        world.request(kind, person, false);
        const auto other = World::like(world);
        other->import(without(posts, {person}));
        EXPECT_EQ(world.derive().model, other->derive().model);
    }
}

TEST(NeverHeld, An_account_with_a_shard_alone_costs_nothing_to_remove) {
    std::vector<Post> posts = posts_of(12);
    posts.push_back({7, "long", std::string(2000, 'x'), "2024-02-02"});
    World world;
    world.import(posts);
    world.derive();
    world.request(RequestKind::erasure, 7);
    const Derived after = world.derive();
    EXPECT_EQ(after.tokens_now, 0u);
    const auto other = World::like(world);
    other->import(without(posts, {7}));
    EXPECT_EQ(after.model, other->derive().model);
}

TEST(NeverHeld, A_rectification_equals_an_import_of_the_corrected_text) {
    std::vector<Post> posts = posts_of(16);
    World world;
    world.import(posts);
    world.derive();
    must(world.try_rectify(5, "a5", "lives somewhere else now"));
    const Derived after = world.derive();
    std::ranges::find(posts, "a5", &Post::id)->text = "lives somewhere else now";
    const auto other = World::like(world);
    other->import(posts);
    EXPECT_EQ(after.model, other->derive().model);
    EXPECT_LT(after.tokens_now, after.tokens_fresh);
}

TEST(NeverHeld, What_was_erased_stays_out_when_it_is_imported_again) {
    const std::vector<Post> posts = posts_of(12);
    World world;
    world.import(posts);
    world.derive();
    world.request(RequestKind::erasure, 6);
    const Digest digest = world.derive().model;
    world.import(posts);
    EXPECT_EQ(world.derive().model, digest);
}

TEST(History, Neither_order_nor_interruptions_change_the_digest) {
    std::mt19937_64 random(7);
    const std::vector<Post> posts = posts_of(16);
    World first;
    first.import(posts);
    first.request(RequestKind::erasure, 3);
    first.request(RequestKind::objection, 5);
    first.request(RequestKind::withdrawal, 8);
    must(first.try_rectify(9, "b9", "corrected"));
    const Digest expected = first.derive().model;
    for (int round = 0; round < 6; ++round) {
        const auto world = World::like(first);
        std::vector<Post> shuffled = posts;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        const auto half =
            shuffled.begin() + static_cast<std::ptrdiff_t>(random() % shuffled.size());
        world->import({shuffled.begin(), half});
        if (random() % 2 == 0) world->derive();
        world->import({half, shuffled.end()});
        std::vector<std::function<void()>> acts = {
            [&] { world->request(RequestKind::erasure, 3); },
            [&] { world->request(RequestKind::objection, 5); },
            [&] { world->request(RequestKind::withdrawal, 8); },
            [&] { must(world->try_rectify(9, "b9", "corrected")); },
            [&] {
                world->request(RequestKind::restriction, 10);
                world->derive();
                world->request(RequestKind::lift_restriction, 10);
            }};
        std::shuffle(acts.begin(), acts.end(), random);
        for (const auto& act : acts) {
            if (random() % 2 == 0) world->derive();
            act();
        }
        EXPECT_EQ(world->derive().model, expected);
    }
}

TEST(History, Deleting_nodes_changes_no_digest) {
    std::mt19937_64 random(11);
    World world;
    world.import(posts_of(16));
    const Digest expected = world.derive().model;
    for (int round = 0; round < 8; ++round) {
        for (const Path& folder : world.node_folders()) {
            if (random() % 3 == 0) std::filesystem::remove_all(folder);
        }
        EXPECT_EQ(world.derive().model, expected);
        EXPECT_TRUE(world.verify().equal);
    }
}

TEST(History, Any_number_of_damaged_nodes_changes_no_digest) {
    const int people = 200;
    World world(with(kRecipe, "shards = 3", "shards = 150"));
    world.import(posts_of(people));
    const Digest expected = world.derive().model;
    std::size_t damaged = 0;
    for (const Path& folder : world.node_folders()) {
        must(world.system().write_file(folder / "weights", bytes_of("not what was stored")));
        ++damaged;
    }
    EXPECT_GT(damaged, 100u);
    EXPECT_EQ(world.derive().model, expected);
    EXPECT_NE(world.heard().find("does not match its digest"), std::string::npos);
    EXPECT_TRUE(world.verify().equal);
}

/// A disk that keeps other bytes than it was given.
class RottenDisk final : public Env {
public:
    explicit RottenDisk(Env& inner) : inner_(inner) {}
    Instant now() const override { return inner_.now(); }
    void random(std::span<std::uint8_t> out) override { inner_.random(out); }
    Result<Bytes> read_file(const Path& path) override { return inner_.read_file(path); }
    Result<void> write_file(const Path& path, ByteView bytes) override {
        return inner_.write_file(path, path.filename() == "weights" ? bytes.first(1) : bytes);
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
    bool exists(const Path& path) override { return inner_.exists(path); }
    std::vector<std::string> list(const Path& folder) override { return inner_.list(folder); }

private:
    Env& inner_;
};

TEST(History, A_disk_that_damages_every_node_ends_the_derivation_with_that_reason) {
    World world;
    world.import(posts_of(8));
    RottenDisk rotten(world.system());
    world.use(rotten);
    EXPECT_EQ(code_of(world.try_derive()), static_cast<int>(Code::environment));
    EXPECT_FALSE(world.visible().has_value());
}

TEST(History, Two_moments_with_nothing_in_between_give_one_digest) {
    World world;
    world.import(posts_of(8));
    const Digest first = world.derive().model;
    world.today = "2024-08-01";
    EXPECT_EQ(world.derive().model, first);
    EXPECT_EQ(world.derive(Reuse::no).model, first);
}

TEST(History, A_consent_that_ends_takes_its_records_out_without_a_request) {
    const std::vector<Post> posts = posts_of(9);
    World world;
    world.import(without(posts, {4}));
    const Digest without_them = world.derive().model;
    {
        const auto project = world.open();
        World::consent(*project, 4, on("2024-01-10"), on("2024-09-01"));
        for (const Post& post : posts) {
            if (post.person == 4)
                World::add(*project, *must(project->ledger().snapshots().latest()), post);
        }
    }
    world.today = "2024-08-31";
    const Digest with_them = world.derive().model;
    EXPECT_NE(with_them, without_them);
    EXPECT_EQ(must(usable_model(*world.open())).model, with_them);
    world.today = "2024-09-02";
    EXPECT_NE(must(usable_model(*world.open())).model, with_them);
    EXPECT_EQ(world.derive().model, without_them);
}

}  // namespace
}  // namespace litura::derive::testing
