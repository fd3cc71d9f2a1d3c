// What a right costs: the share of a fresh derivation that must be trained again when given people
// leave. Exact for the present graph (prefix causality makes it a sum over slices), before anybody
// asks. `derive --plan` prints it, the withdrawal first, because withdrawing must be as easy as
// consenting.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "derive/graph.hpp"

namespace litura::derive {

/// Targets times epochs to train again if these people (indices by person tag) leave.
std::uint64_t tokens_without(const View& view, const Graph& graph, const std::set<Digest>& leaving);

struct Cost {
    std::string who;          ///< "withdrawal, early slice", "10 random people", ...
    std::size_t persons = 0;  ///< leaving together
    double share = 0;         ///< of a fresh derivation without them; mean over the cases looked at
    double share_worst = 0;
};

std::vector<Cost> cost_table(const View& view, const Graph& graph, const Recipe& recipe);

}  // namespace litura::derive
