#include "derive/cost.hpp"

#include <algorithm>
#include <map>

namespace litura::derive {
namespace {

constexpr std::size_t kDraws = 32;  ///< random groups looked at for a mean

/// Whose tokens each node saw, so that a question about some people costs only their records.
class OwnTokens {
public:
    OwnTokens(const View& view, const Graph& graph) : nodes_(graph.nodes.size()) {
        for (std::size_t node = 0; node < nodes_; ++node) {
            for (const std::size_t index : graph.nodes[node].samples) {
                const Sample& sample = view.samples[index];
                by_person_[sample.person].emplace_back(node, sample.tokens);
            }
        }
    }

    /// Of these people, by node.
    std::vector<std::uint64_t> of(const std::set<Digest>& people) const {
        std::vector<std::uint64_t> sums(nodes_, 0);
        for (const Digest& person : people) {
            const auto found = by_person_.find(person);
            if (found == by_person_.end()) continue;
            for (const auto& [node, tokens] : found->second) sums[node] += tokens;
        }
        return sums;
    }

private:
    std::size_t nodes_;
    std::map<Digest, std::vector<std::pair<std::size_t, std::uint64_t>>> by_person_;
};

/// To train again, where `own` of each node's tokens leave.
std::uint64_t tokens_again(const Graph& graph, const std::vector<std::uint64_t>& own) {
    std::uint64_t sum = 0;
    bool dirty_start = false;
    for (const Group& group : graph.groups) {
        bool dirty_group = false;
        for (const Chain& chain : group.chains) {
            bool dirty = dirty_start;
            for (const std::size_t slice : chain.slices) {
                const Node& node = graph.nodes[slice];
                dirty = dirty || own[slice] != 0;
                if (dirty) sum += (node.tokens - own[slice]) * node.epochs;
            }
            dirty_group = dirty_group || dirty;
        }
        dirty_start = dirty_start || dirty_group;
    }
    return sum;
}

class Accounting {
public:
    Accounting(const View& view, const Graph& graph) : graph_(graph), own_(view, graph) {}

    Cost of(std::string who, const std::vector<std::set<Digest>>& cases) const {
        Cost cost{std::move(who), cases.front().size(), 0, 0};
        for (const auto& leaving : cases) {
            const double share = share_of(leaving);
            cost.share += share / static_cast<double>(cases.size());
            cost.share_worst = std::max(cost.share_worst, share);
        }
        return cost;
    }

private:
    double share_of(const std::set<Digest>& leaving) const {
        const std::vector<std::uint64_t> own = own_.of(leaving);
        std::uint64_t left = 0;
        for (std::size_t index = 0; index < graph_.nodes.size(); ++index) {
            const Node& node = graph_.nodes[index];
            if (node.kind == NodeKind::train) left += (node.tokens - own[index]) * node.epochs;
        }
        return left == 0
                   ? 0.0
                   : static_cast<double>(tokens_again(graph_, own)) / static_cast<double>(left);
    }

    const Graph& graph_;
    const OwnTokens own_;
};

/// Per stage, the people by the position of their first slice in their chain, from 0 (early) to 1
/// (late).
std::map<std::uint32_t, std::map<Digest, double>> positions(const View& view, const Graph& graph) {
    std::map<std::uint32_t, std::map<Digest, double>> out;
    for (const Group& group : graph.groups) {
        for (const Chain& chain : group.chains) {
            for (std::size_t at = 0; at < chain.slices.size(); ++at) {
                const double position =
                    chain.slices.size() == 1
                        ? 0.0
                        : static_cast<double>(at) / static_cast<double>(chain.slices.size() - 1);
                for (const std::size_t index : graph.nodes[chain.slices[at]].samples) {
                    const Sample& sample = view.samples[index];
                    out[sample.stage].try_emplace(sample.person, position);
                }
            }
        }
    }
    return out;
}

/// A fixed sequence of draws (splitmix64), so that the same plan prints the same table.
class Draws {
public:
    std::size_t below(std::size_t count) {
        std::uint64_t value = (state_ += 0x9e3779b97f4a7c15ULL);
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
        return static_cast<std::size_t>((value ^ (value >> 31)) % count);
    }

private:
    std::uint64_t state_ = 0;
};

std::vector<std::set<Digest>> draw_groups(const std::vector<Digest>& people, std::size_t size) {
    Draws draws;
    std::vector<std::set<Digest>> groups(kDraws);
    for (auto& group : groups) {
        while (group.size() < size) group.insert(people[draws.below(people.size())]);
    }
    return groups;
}

void add_stage_rows(std::vector<Cost>& table, const Accounting& accounting,
                    const std::string& right, const std::map<Digest, double>& people) {
    const struct {
        const char* name;
        double from, to;
    } kParts[] = {{"early", 0.0, 0.34}, {"middle", 0.34, 0.67}, {"late", 0.67, 1.01}};
    for (const auto& part : kParts) {
        std::vector<std::set<Digest>> cases;
        for (const auto& [person, position] : people) {
            if (position >= part.from && position < part.to && cases.size() < kDraws)
                cases.push_back({person});
        }
        if (!cases.empty())
            table.push_back(accounting.of(right + ", " + part.name + " slice", cases));
    }
}

}  // namespace

std::uint64_t tokens_without(const View& view, const Graph& graph,
                             const std::set<Digest>& leaving) {
    return tokens_again(graph, OwnTokens(view, graph).of(leaving));
}

std::vector<Cost> cost_table(const View& view, const Graph& graph, const Recipe& recipe) {
    const Accounting accounting(view, graph);
    std::vector<Cost> table;
    std::vector<Digest> people;
    for (const auto& [stage, in_stage] : positions(view, graph)) {
        const auto& grounds = recipe.stages[stage].grounds;
        const bool consent =
            std::find(grounds.begin(), grounds.end(), ledger::Basis::consent) != grounds.end();
        add_stage_rows(table, accounting, consent ? "withdrawal of consent" : "objection",
                       in_stage);
        for (const auto& [person, position] : in_stage) people.push_back(person);
    }
    if (graph.memory) {
        std::set<Digest> remembered;
        for (const std::size_t index : graph.nodes[*graph.memory].samples)
            remembered.insert(view.samples[index].person);
        const std::vector<std::set<Digest>> anybody = {{*remembered.begin()}};
        table.push_back(accounting.of("leaving the memory", anybody));
        people.insert(people.end(), remembered.begin(), remembered.end());
    }
    const std::size_t percent = people.size() / 100;
    for (const auto& [name, size] : {std::pair<const char*, std::size_t>{"one random person", 1},
                                     {"ten random people", 10},
                                     {"1 % of all people", percent},
                                     {"5 % of all people", percent * 5}}) {
        if (size != 0 && size < people.size())
            table.push_back(accounting.of(name, draw_groups(people, size)));
    }
    return table;
}

}  // namespace litura::derive
