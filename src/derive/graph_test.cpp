// The graph as a pure function: dealing, order, keys, and what depends on whom.
#include "derive/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "derive/cost.hpp"
#include "derive/plan.hpp"
#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

const Digest kBase = sha256("base");

SecretKey secret(std::uint8_t fill = 1) {
    std::array<std::uint8_t, SecretKey::kSize> bytes;
    bytes.fill(fill);
    return SecretKey(bytes);
}

Recipe recipe_of(const std::string& text = kRecipe) { return must(parse_settings(text)).recipe; }

Sample sample(int person, int number, std::uint32_t stage) {
    const std::string name = std::to_string(person) + "/" + std::to_string(number);
    Sample sample;
    sample.record = sha256("record" + name);
    sample.account = sample.person = sha256("account" + std::to_string(person));
    sample.wording = sha256("wording" + name);
    sample.stage = stage;
    sample.placed = on(number % 2 == 0 ? "2024-02-01" : "2024-04-01");
    sample.created_at = sample.placed;
    sample.tokens = 10 + static_cast<std::uint64_t>(number);
    return sample;
}

View view_of(std::vector<Sample> samples) {
    std::ranges::sort(samples, {}, &Sample::record);
    View view;
    view.samples = std::move(samples);
    return view;
}

/// Up to 40 people with one to five records each, in both stages.
View random_view(std::mt19937_64& random) {
    std::vector<Sample> samples;
    const int people = static_cast<int>(random() % 40) + 1;
    for (int person = 0; person < people; ++person) {
        const int records = static_cast<int>(random() % 5) + 1;
        for (int number = 0; number < records; ++number)
            samples.push_back(sample(person, number, consents(person) ? 0 : 1));
    }
    return view_of(std::move(samples));
}

Graph graph_of(const View& view, const Recipe& recipe = recipe_of()) {
    return build_graph(view, recipe, secret(), kBase);
}

std::set<Key> keys_of(const Graph& graph) {
    std::set<Key> keys;
    for (const Node& node : graph.nodes) keys.insert(node.key);
    return keys;
}
Key model_key(const Graph& graph) { return graph.nodes[graph.model].key; }

View without(const View& view, const Digest& person) {
    return view.filtered([&](const Sample& sample) { return sample.person != person; });
}

TEST(Graph, Nobody_is_the_base_alone) {
    const Graph graph = graph_of(View());
    ASSERT_EQ(graph.nodes.size(), 1u);
    EXPECT_EQ(graph.nodes[graph.model].kind, NodeKind::base);
    EXPECT_EQ(graph.tokens_fresh(), 0u);
}

TEST(Graph, Every_sample_is_trained_on_once_and_inputs_come_first) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 50; ++round) {
        const View view = random_view(random);
        const Graph graph = graph_of(view);
        std::vector<int> seen(view.samples.size());
        std::set<Key> before;
        for (const Node& node : graph.nodes) {
            for (const Key& input : node.inputs) EXPECT_TRUE(before.contains(input));
            before.insert(node.key);
            EXPECT_EQ(node.kind == NodeKind::train, !node.samples.empty()) << node.label;
            for (const std::size_t index : node.samples) ++seen[index];
        }
        EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }));
        EXPECT_EQ(before.size(), graph.nodes.size());
    }
}

/// Removing a person changes exactly slices >= theirs of their shard, the merges
/// after, and every group that starts from one of those.
TEST(Graph, Prefix_causality) {
    std::mt19937_64 random(2);
    for (int round = 0; round < 100; ++round) {
        const View view = random_view(random);
        const Graph graph = graph_of(view);
        const Digest person = view.samples[random() % view.samples.size()].person;
        const std::set<Key> after = keys_of(graph_of(without(view, person)));
        bool start_changed = false;
        for (const Group& group : graph.groups) {
            bool changed = start_changed;
            for (const Chain& chain : group.chains) {
                bool dirty = start_changed;
                for (const std::size_t slice : chain.slices) {
                    const Node& node = graph.nodes[slice];
                    dirty = dirty || std::ranges::any_of(node.samples, [&](std::size_t at) {
                                return view.samples[at].person == person;
                            });
                    EXPECT_EQ(after.contains(node.key), !dirty) << node.label;
                }
                changed = changed || dirty;
            }
            if (group.merge != group.start) {
                EXPECT_EQ(after.contains(graph.nodes[group.merge].key), !changed);
            }
            start_changed = changed;
        }
    }
}

TEST(Graph, A_newcomer_of_a_later_bucket_leaves_earlier_slices_alone) {
    std::mt19937_64 random(3);
    const View view = random_view(random);
    const Graph graph = graph_of(view);
    std::vector<Sample> more = view.samples;
    more.push_back(sample(99, 1, 1));
    const std::set<Key> after = keys_of(graph_of(view_of(more)));
    for (const Node& node : graph.nodes) {
        if (node.label.find("/bucket0.") != std::string::npos) {
            EXPECT_TRUE(after.contains(node.key)) << node.label;
        }
    }
}

TEST(Graph, Numbers_of_shards_and_slices_never_enter_keys) {
    const View view = view_of({sample(1, 0, 1)});
    const Key key = model_key(graph_of(view));
    EXPECT_EQ(model_key(graph_of(view, recipe_of(with(with(kRecipe, "shards = 3", "shards = 7"),
                                                      "slices = 2", "slices = 9")))),
              key);
    std::set<std::string> labels;
    std::set<Key> keys;
    for (int person = 0; person < 200; ++person) {
        const Graph graph = graph_of(view_of({sample(person, 0, 1)}));
        labels.insert(graph.nodes[1].label);
        keys.insert(graph.nodes[1].key);
    }
    EXPECT_EQ(labels.size(), 6u);
    EXPECT_EQ(keys.size(), 200u);
}

TEST(Graph, Evidence_moments_and_policy_change_no_key) {
    View view = view_of({sample(1, 0, 1), sample(2, 1, 1), sample(4, 0, 0)});
    const Key key = model_key(graph_of(view));
    view.as_of = on("2025-01-01");
    view.sequence = 77;
    for (Sample& each : view.samples) {
        each.evidence = 5;
        each.until = on("2030-01-01");
    }
    EXPECT_EQ(
        model_key(graph_of(view, recipe_of(with(kRecipe, "grace_days = 30", "grace_days = 31")))),
        key);
}

TEST(Graph, All_that_decides_bits_changes_the_key) {
    const View view = view_of({sample(1, 0, 1), sample(4, 0, 0)});
    const Key key = model_key(graph_of(view));
    for (const auto& [old, fresh] : std::map<std::string, std::string>{
             {"sequence = 8\nstep_tokens = 8", "sequence = 8\nstep_tokens = 16"},
             {"warmup_steps = 0", "warmup_steps = 1"},
             {"learning_rate = 0.5", "learning_rate = 0.25"},
             {"beta1 = 0.9", "beta1 = 0.8"},
             {"beta2 = 0.95", "beta2 = 0.9"},
             {"epsilon = 1e-8", "epsilon = 1e-7"},
             {"weight_decay = 0.0", "weight_decay = 0.1"},
             {"clip_norm = 1.0", "clip_norm = 2.0"},
             {"epochs = 2", "epochs = 3"}}) {
        EXPECT_NE(model_key(graph_of(view, recipe_of(with(kRecipe, old, fresh)))), key) << fresh;
    }
    EXPECT_NE(model_key(build_graph(view, recipe_of(), secret(2), kBase)), key);
    EXPECT_NE(model_key(build_graph(view, recipe_of(), secret(), sha256("another base"))), key);
    View reworded = view;
    reworded.samples[0].wording = sha256("another wording");
    EXPECT_NE(model_key(graph_of(reworded)), key);
}

TEST(Graph, The_order_of_training_never_looks_at_the_text) {
    std::mt19937_64 random(4);
    const View view = random_view(random);
    View reworded = view;
    for (Sample& each : reworded.samples) each.wording = sha256(each.wording.view());
    const Graph before = graph_of(view), after = graph_of(reworded);
    ASSERT_EQ(before.nodes.size(), after.nodes.size());
    for (std::size_t at = 0; at < before.nodes.size(); ++at)
        EXPECT_EQ(before.nodes[at].samples, after.nodes[at].samples);
}

TEST(Graph, A_slice_holds_each_author_in_one_piece) {
    std::mt19937_64 random(5);
    const View view = random_view(random);
    for (const Node& node : graph_of(view).nodes) {
        std::vector<Digest> runs;
        for (const std::size_t at : node.samples) {
            if (runs.empty() || runs.back() != view.samples[at].account)
                runs.push_back(view.samples[at].account);
        }
        EXPECT_EQ(std::set<Digest>(runs.begin(), runs.end()).size(), runs.size()) << node.label;
    }
}

TEST(Graph, Additive_stages_start_from_the_base_and_are_merged_together) {
    const View view = view_of({sample(1, 0, 1), sample(4, 0, 0)});
    const Graph graph =
        graph_of(view, recipe_of(with(kRecipe, "shards = 3", "start = \"base\"\nshards = 3")));
    ASSERT_EQ(graph.groups.size(), 1u);
    EXPECT_EQ(graph.groups[0].chains.size(), 2u);
    EXPECT_EQ(graph.nodes[graph.model].inputs.size(), 3u);
    for (const Node& node : graph.nodes) {
        if (node.kind == NodeKind::train) {
            EXPECT_EQ(node.inputs[0], graph.nodes[0].key);
        }
    }
}

TEST(Graph, A_stage_without_people_leaves_no_trace) {
    const View view = view_of({sample(1, 0, 1)});
    const Graph graph = graph_of(view);
    EXPECT_EQ(graph.nodes.size(), 3u);
    EXPECT_EQ(graph.nodes[1].inputs[0], graph.nodes[0].key);
}

TEST(Graph, Only_the_own_tokens_of_the_first_bucket_give_a_shard_alone) {
    Sample large = sample(1, 0, 1), later = sample(1, 1, 1), other = sample(2, 1, 1);
    large.tokens = 1001;
    other.tokens = 5000;
    const View view = view_of({large, later, other});
    const auto places = place(view, recipe_of());
    for (std::size_t at = 0; at < view.samples.size(); ++at) {
        const bool alone = places[at].shard.starts_with("solo-");
        EXPECT_EQ(alone, view.samples[at].account == large.account);
    }
    large.tokens = 1000;
    EXPECT_FALSE(place(view_of({large}), recipe_of())[0].shard.starts_with("solo-"));
}

TEST(Plan, Only_missing_tails_are_computed_and_the_longest_first) {
    std::mt19937_64 random(6);
    for (int round = 0; round < 30; ++round) {
        const View view = random_view(random);
        const Graph graph = graph_of(view);
        std::set<Key> present;
        for (const Node& node : graph.nodes) {
            if (random() % 2 == 0) present.insert(node.key);
        }
        const Plan plan = make_plan(graph, present);
        EXPECT_EQ(make_plan(graph, keys_of(graph)).tokens_now, 0u);
        EXPECT_EQ(make_plan(graph, {}).tokens_now, graph.tokens_fresh());
        std::uint64_t sum = 0;
        for (std::size_t at = 0; at < plan.tasks.size(); ++at) {
            const Task& task = plan.tasks[at];
            const Chain& chain = graph.groups[task.group].chains[task.chain];
            for (std::size_t slice = 0; slice < task.first; ++slice)
                EXPECT_TRUE(present.contains(graph.nodes[chain.slices[slice]].key));
            EXPECT_FALSE(present.contains(graph.nodes[chain.slices[task.first]].key));
            if (at > 0 && plan.tasks[at - 1].group == task.group) {
                EXPECT_GE(plan.tasks[at - 1].tokens, task.tokens);
            }
            sum += task.tokens;
        }
        EXPECT_EQ(sum, plan.tokens_now);
    }
}

TEST(Servable, What_is_kept_asks_only_for_nodes_that_exist) {
    std::mt19937_64 random(8);
    for (int round = 0; round < 100; ++round) {
        const View view = random_view(random);
        const Graph graph = graph_of(view);
        std::set<Key> present;
        for (const Node& node : graph.nodes) {
            if (random() % 4 != 0) present.insert(node.key);
        }
        const std::vector<bool> kept = servable(graph, view.samples.size(), present);
        const View part = view.filtered([&](const Sample& each) {
            return kept[static_cast<std::size_t>(&each - view.samples.data())];
        });
        EXPECT_EQ(make_plan(graph_of(part), present).tokens_now, 0u);
    }
    const View view = random_view(random);
    const Graph graph = graph_of(view);
    EXPECT_EQ(servable(graph, view.samples.size(), keys_of(graph)),
              std::vector<bool>(view.samples.size(), true));
    EXPECT_EQ(servable(graph, view.samples.size(), {}),
              std::vector<bool>(view.samples.size(), false));
}

TEST(Cost, The_table_foretells_what_a_plan_then_finds) {
    std::mt19937_64 random(9);
    for (int round = 0; round < 50; ++round) {
        const View view = random_view(random);
        const Graph graph = graph_of(view);
        std::set<Digest> leaving;
        for (int draw = 0; draw < 3; ++draw)
            leaving.insert(view.samples[random() % view.samples.size()].person);
        const View rest =
            view.filtered([&](const Sample& each) { return !leaving.contains(each.person); });
        EXPECT_EQ(tokens_without(view, graph, leaving),
                  make_plan(graph_of(rest), keys_of(graph)).tokens_now);
    }
}

TEST(Cost, The_withdrawal_is_told_first) {
    std::vector<Sample> samples;
    for (int person = 0; person < 40; ++person)
        samples.push_back(sample(person, 0, consents(person) ? 0 : 1));
    const View view = view_of(samples);
    const auto table = cost_table(view, graph_of(view), recipe_of());
    ASSERT_FALSE(table.empty());
    EXPECT_TRUE(table.front().who.starts_with("withdrawal of consent"));
    for (const Cost& cost : table) {
        EXPECT_GE(cost.share_worst, cost.share - 1e-9) << cost.who;
        EXPECT_LE(cost.share_worst, 1.0) << cost.who;
    }
}

}  // namespace
}  // namespace litura::derive::testing
