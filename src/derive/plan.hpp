// What is there, what is missing, and what can be served without computing anything. Pure functions
// of a graph and the set of present keys.
#pragma once

#include <set>
#include <vector>

#include "derive/graph.hpp"

namespace litura::derive {

/// The missing tail of one shard.
struct Task {
    std::size_t group = 0, chain = 0;
    std::size_t first = 0;     ///< position in Chain::slices of the first missing slice
    std::uint64_t tokens = 0;  ///< targets times epochs to be trained
};

struct Plan {
    std::vector<Task> tasks;  ///< longest first within a group, groups in order
    std::uint64_t tokens_now = 0;
    std::size_t nodes_total = 0;   ///< of all kinds
    std::size_t nodes_reused = 0;  ///< train nodes and memories present
    bool counts_memory = false;    ///< it is not there yet; nothing is trained for it
};

Plan make_plan(const Graph& graph, const std::set<Key>& present);

/// Suppression: per sample, whether its slice belongs to what can be merged at once. In each shard
/// the longest run of slices whose nodes exist; groups whose start is not complete are left out.
/// All of a memory: it is counted anew without training. By prefix causality the graph of the
/// samples kept has exactly those nodes.
std::vector<bool> servable(const Graph& graph, std::size_t samples, const std::set<Key>& present);

}  // namespace litura::derive
