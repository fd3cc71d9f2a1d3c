// Plans by look-up: node keys are known before anything runs, so what is stored needs no work.
#include "derive/plan.hpp"

#include <algorithm>

namespace litura::derive {
namespace {

std::size_t clean_prefix(const Graph& graph, const Chain& chain, const std::set<Key>& present) {
    const auto missing =
        std::find_if(chain.slices.begin(), chain.slices.end(),
                     [&](std::size_t index) { return !present.contains(graph.nodes[index].key); });
    return static_cast<std::size_t>(missing - chain.slices.begin());
}

}  // namespace

Plan make_plan(const Graph& graph, const std::set<Key>& present) {
    Plan plan;
    plan.nodes_total = graph.nodes.size();
    if (graph.memory) {
        plan.counts_memory = !present.contains(graph.nodes[*graph.memory].key);
        plan.nodes_reused += !plan.counts_memory;
    }
    for (std::size_t group = 0; group < graph.groups.size(); ++group) {
        const auto begin = static_cast<std::ptrdiff_t>(plan.tasks.size());
        const auto& chains = graph.groups[group].chains;
        for (std::size_t index = 0; index < chains.size(); ++index) {
            const Chain& chain = chains[index];
            Task task{group, index, clean_prefix(graph, chain, present), 0};
            plan.nodes_reused += task.first;
            for (std::size_t at = task.first; at < chain.slices.size(); ++at) {
                const Node& node = graph.nodes[chain.slices[at]];
                task.tokens += node.tokens * node.epochs;
            }
            plan.tokens_now += task.tokens;
            if (task.first < chain.slices.size()) plan.tasks.push_back(task);
        }
        std::stable_sort(plan.tasks.begin() + begin, plan.tasks.end(),
                         [](const Task& a, const Task& b) { return a.tokens > b.tokens; });
    }
    return plan;
}

std::vector<bool> servable(const Graph& graph, std::size_t samples, const std::set<Key>& present) {
    std::vector<bool> kept(samples, false);
    if (graph.memory) {
        for (const std::size_t sample : graph.nodes[*graph.memory].samples) kept[sample] = true;
    }
    bool complete = true;
    for (const Group& group : graph.groups) {
        if (!complete) break;
        for (const Chain& chain : group.chains) {
            const std::size_t prefix = clean_prefix(graph, chain, present);
            complete = complete && prefix == chain.slices.size();
            for (std::size_t at = 0; at < prefix; ++at) {
                for (const std::size_t sample : graph.nodes[chain.slices[at]].samples)
                    kept[sample] = true;
            }
        }
    }
    return kept;
}

}  // namespace litura::derive
