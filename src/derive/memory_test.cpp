// A memory beside the weights, in the toy world: never held, nothing deferred, one digest.
#include "derive/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "derive/test_world.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"

namespace litura::derive::testing {
namespace {

using ledger::RequestKind;

const std::string kSecondStage =
    kRecipe.substr(kRecipe.rfind("[[stage]]"), kRecipe.find("[deal]") - kRecipe.rfind("[[stage]]"));
/// Consent into the weights as in kRecipe, legitimate interest into a memory.
const std::string kRemembering = with(kRecipe, kSecondStage, R"([[stage]]
grounds = ["legitimate_interest"]
into = "memory"
order = 4
min_people = 2
backoff = 8
)");

std::vector<Post> without(std::vector<Post> posts, const std::vector<int>& people) {
    std::erase_if(posts,
                  [&](const Post& post) { return std::ranges::count(people, post.person) != 0; });
    return posts;
}

/// The bytes of the visible model's memory; empty if it has none.
Bytes memory_bytes(World& world) {
    const auto project = world.open();
    const auto current = must(visible_model(project->db));
    const auto model = must(unchanged_folder(*project, current->model));
    if (!model.memory) return {};
    return {model.memory->bytes().begin(), model.memory->bytes().end()};
}

/// Weights, memory and digest are those of a project that only ever held `posts`.
void expect_never_held(World& world, const std::vector<Post>& posts) {
    const auto other = World::like(world);
    other->import(posts);
    const Derived never = other->derive();
    EXPECT_EQ(world.visible()->model, never.model);
    EXPECT_EQ(world.model_bytes(), other->model_bytes());
    EXPECT_EQ(memory_bytes(world), memory_bytes(*other));
    EXPECT_TRUE(world.verify().equal);
}

class Remembered : public ::testing::Test {
protected:
    Remembered() {
        world_.import(posts_);
        first_ = world_.derive();
    }
    /// What a request leaves is the derivation: complete, with nothing trained, then or later.
    void expect_final() {
        const auto suppressed = world_.visible();
        ASSERT_TRUE(suppressed.has_value());
        EXPECT_FALSE(suppressed->suppressed);
        EXPECT_EQ(suppressed->deferred.records, 0u);
        const std::uint64_t trained = world_.toy().targets;
        const Derived after = world_.derive();
        EXPECT_EQ(after.model, suppressed->model);
        EXPECT_EQ(after.tokens_now, 0u);
        EXPECT_EQ(after.nodes_computed, 0u);
        EXPECT_EQ(world_.toy().targets, trained);
    }

    std::vector<Post> posts_ = posts_of(24);
    World world_{kRemembering};
    Derived first_;
};

TEST_F(Remembered, The_model_is_named_by_weights_and_memory) {
    ASSERT_TRUE(first_.memory.has_value());
    const auto project = world_.open();
    const auto model = must(unchanged_folder(*project, first_.model));
    EXPECT_EQ(model.memory->digest(), *first_.memory);
    EXPECT_EQ(model_digest(model.weights, first_.memory), first_.model);
    EXPECT_NE(model.weights, first_.model);
    EXPECT_EQ(first_.tokens_now, world_.toy().targets);
    EXPECT_LT(first_.tokens_now, first_.tokens) << "a memory trains nothing, epochs beside";
    EXPECT_EQ(world_.derive().nodes_computed, 0u);
    EXPECT_EQ(world_.derive(Reuse::no, 3).model, first_.model);
}

TEST_F(Remembered, An_objection_leaves_the_final_model_and_trains_nothing) {
    world_.request(RequestKind::objection, 5, false);
    EXPECT_NE(world_.visible()->model, first_.model);
    expect_final();
    expect_never_held(world_, without(posts_, {5}));
}

TEST_F(Remembered, An_erasure_leaves_the_final_model_and_trains_nothing) {
    world_.request(RequestKind::erasure, 6);
    expect_final();
    expect_never_held(world_, without(posts_, {6}));
}

TEST_F(Remembered, Whoever_leaves_has_no_text_opened_nobody_has) {
    const std::uint64_t encoded = world_.toy().encoded;
    EXPECT_GT(encoded, 0u);
    world_.request(RequestKind::erasure, 5);
    world_.request(RequestKind::objection, 7, false);
    EXPECT_EQ(world_.toy().encoded, encoded);
    expect_never_held(world_, without(posts_, {5, 7}));
}

TEST_F(Remembered, Only_new_texts_are_opened_for_a_new_memory) {
    world_.import({{50, "new", "later words, again of somebody new", "2024-04-01"}});
    const std::uint64_t encoded = world_.toy().encoded;
    world_.derive();
    EXPECT_EQ(world_.toy().encoded, encoded + 1);
    posts_.push_back({50, "new", "later words, again of somebody new", "2024-04-01"});
    expect_never_held(world_, posts_);
}

TEST_F(Remembered, Without_the_kept_passages_texts_are_opened_and_the_memory_is_the_same) {
    for (const auto& each : std::filesystem::recursive_directory_iterator(world_.folder()))
        if (each.path().filename() == "passages") std::filesystem::remove(each.path());
    const std::uint64_t encoded = world_.toy().encoded;
    world_.request(RequestKind::erasure, 5);
    EXPECT_GT(world_.toy().encoded, encoded);
    expect_final();
    expect_never_held(world_, without(posts_, {5}));
}

TEST_F(Remembered, Ten_at_once_are_as_cheap) {
    const std::vector<int> ten = {1, 2, 3, 5, 6, 7, 9, 10, 11, 13};
    for (const int person : ten) world_.request(RequestKind::erasure, person);
    expect_final();
    expect_never_held(world_, without(posts_, ten));
}

TEST_F(Remembered, A_correction_takes_the_old_wording_out_and_puts_the_new_one_in) {
    must(world_.try_rectify(5, "a5", "later words, again of nobody else"));
    world_.derive();
    std::ranges::find(posts_, "a5", &Post::id)->text = "later words, again of nobody else";
    expect_never_held(world_, posts_);
}

TEST_F(Remembered, A_restriction_lifted_gives_the_same_digest_and_counts_nothing) {
    world_.request(RequestKind::restriction, 7, false);
    EXPECT_NE(world_.visible()->model, first_.model);
    expect_never_held(world_, without(posts_, {7}));
    world_.request(RequestKind::lift_restriction, 7);
    const Derived again = world_.derive();
    EXPECT_EQ(again.model, first_.model);
    EXPECT_EQ(again.nodes_computed, 0u);
}

TEST_F(Remembered, Somebody_of_the_core_leaves_the_memory_as_it_is) {
    world_.request(RequestKind::erasure, 4);
    const Derived after = world_.derive();
    EXPECT_EQ(after.memory, first_.memory);
    EXPECT_NE(after.model, first_.model) << "the weights are others";
    expect_never_held(world_, without(posts_, {4}));
}

TEST_F(Remembered, Who_came_in_which_order_is_not_in_the_digest) {
    const auto like = World::like(world_);
    std::vector<Post> backwards(posts_.rbegin(), posts_.rend());
    like->import({backwards.begin(), backwards.begin() + 20});
    like->derive();
    like->import({backwards.begin() + 20, backwards.end()});
    EXPECT_EQ(like->derive().model, first_.model);
}

TEST_F(Remembered, Two_accounts_of_one_person_count_as_one) {
    World world(kRemembering);
    const std::vector<Post> posts = {{1, "a", "a word that nobody says", "2024-02-01"},
                                     {2, "b", "a word that nobody says", "2024-02-01"},
                                     {3, "c", "quite another thing", "2024-02-01"}};
    world.import(posts);
    const Derived apart = world.derive();
    const std::size_t apart_bytes = memory_bytes(world).size();
    const auto link = [](World& linked) {
        const Digest one = linked.person(1), two = linked.person(2);
        must(linked.open()->ledger().persons().link(one, two, bytes_of("both wrote")));
    };
    link(world);
    const Derived linked = world.derive();
    EXPECT_NE(linked.model, apart.model);
    EXPECT_LT(memory_bytes(world).size(), apart_bytes) << "what only they share is out";
    const auto other = World::like(world);
    other->import(posts);
    link(*other);
    EXPECT_EQ(other->derive().model, linked.model) << "in whichever order it became known";
    world.request(RequestKind::erasure, 1);
    expect_never_held(world, {posts[2]});
}

TEST_F(Remembered, Everybody_leaving_it_leaves_the_weights_alone) {
    std::vector<int> others;
    for (int person = 0; person < 24; ++person) {
        if (!consents(person)) others.push_back(person);
    }
    for (const int person : others) world_.request(RequestKind::erasure, person);
    EXPECT_EQ(memory_bytes(world_), Bytes{});
    expect_never_held(world_, without(posts_, others));
}

TEST_F(Remembered, A_damaged_memory_is_noticed_and_counted_anew) {
    Path damaged;
    for (const Path& folder : world_.node_folders()) {
        if (world_.system().exists(folder / "memory")) damaged = folder / "memory";
    }
    Bytes bytes = must(world_.system().read_file(damaged));
    bytes[bytes.size() / 2] ^= 1;
    must(world_.system().write_file(damaged, bytes));
    EXPECT_FALSE(world_.verify().equal);
    EXPECT_EQ(unchanged_folder(*world_.open(), first_.model).error().code, Code::check_failed);
    const Derived again = world_.derive();
    EXPECT_EQ(again.model, first_.model);
    EXPECT_EQ(again.nodes_computed, 1u);
    EXPECT_TRUE(world_.verify().equal);
}

TEST_F(Remembered, Its_bytes_are_sealed_and_go_with_who_was_in_it) {
    const Bytes plain = memory_bytes(world_);
    const auto memories = [&] {
        std::vector<Path> found;
        for (const Path& folder : world_.node_folders()) {
            if (world_.system().exists(folder / "memory")) found.push_back(folder);
        }
        return found;
    };
    const auto before = memories();
    ASSERT_EQ(before.size(), 1u);
    const Bytes sealed = must(world_.system().read_file(before[0] / "memory"));
    EXPECT_TRUE(std::ranges::search(sealed, std::span(plain).subspan(0, 32)).empty());
    world_.request(RequestKind::erasure, 9);
    ASSERT_EQ(memories().size(), 1u);
    EXPECT_NE(memories(), before);
}

TEST(Memories, A_recipe_says_what_a_memory_is) {
    const Recipe recipe = must(parse_settings(kRemembering)).recipe;
    EXPECT_EQ(recipe.stages[1].memory, (memory::Rule{4, 2, 8}));
    EXPECT_EQ(recipe.stages[0].memory, std::nullopt);
    const auto refused = [](const std::string& old, const std::string& fresh) {
        const auto parsed = parse_settings(with(kRemembering, old, fresh));
        return parsed.ok() ? std::string() : parsed.error().message;
    };
    EXPECT_NE(refused("order = 4", "order = 9").find("'order' must be 2 to 8"), std::string::npos);
    EXPECT_NE(refused("order = 4", "order = 4\nshards = 2").find("unknown key 'shards'"),
              std::string::npos);
    EXPECT_NE(refused("min_people = 2\n", "").find("min_people"), std::string::npos);
    EXPECT_NE(refused("\"memory\"", "\"mind\"").find("'into' is"), std::string::npos);
}

TEST(Memories, A_rule_changes_the_key_and_another_stage_s_people_do_not) {
    World world(kRemembering);
    world.import(posts_of(12));
    const auto project = world.open();
    const View view = world.view();
    const Graph graph = must(project->graph(view));
    const auto key = [&](const std::string& recipe, const View& of) {
        const Graph made =
            build_graph(of, must(parse_settings(recipe)).recipe, project->secrets.deal,
                        graph.nodes[0].inputs.empty() ? Digest{} : graph.nodes[0].key);
        return made.nodes[made.memory.value()].key;
    };
    const Key same = key(kRemembering, view);
    for (const auto& [old, fresh] :
         {std::pair{"order = 4", "order = 5"}, std::pair{"min_people = 2", "min_people = 1"},
          std::pair{"backoff = 8", "backoff = 9"}})
        EXPECT_NE(key(with(kRemembering, old, fresh), view), same) << fresh;
    const View others = view.filtered([](const Sample& sample) { return sample.stage == 1; });
    EXPECT_EQ(key(kRemembering, others), same);
}

}  // namespace
}  // namespace litura::derive::testing
