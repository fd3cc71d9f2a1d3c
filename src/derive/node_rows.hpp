// What the database knows of nodes: their states and recorded digests, who they come from (edges)
// and whose records they saw (influence). Free functions over a Database, so that an erasure and
// its purge marks are one transaction.
//
//   writing -> present <-> quarantined;  any -> purging -> purged
//
// A node is announced (`writing`, with its influence) before its files can appear, so no file
// exists that an erasure would not find. Influence is direct; what was trained from it follows the
// edges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "derive/graph.hpp"

namespace litura::derive {

enum class NodeState { writing, present, quarantined, purging, purged };
/// For people: what is being written is missing yet.
std::string_view to_text(NodeState);

struct NodeRow {
    Key key;
    NodeKind kind = NodeKind::train;
    std::string label;
    NodeState state = NodeState::writing;
    std::optional<Digest> digest;  ///< recorded once the node was present; stays when it is purged
    std::uint64_t tokens = 0;
    std::uint64_t steps = 0;        ///< optimizer steps of its chain up to its end
    ledger::Sequence sequence = 0;  ///< the last event of the ledger when its files were installed
};

/// Announces nodes of a graph that the index does not hold as present; a purged or quarantined one
/// becomes `writing` again, which only a graph without barred people can ask for.
Result<void> announce(Database& db, const Graph& graph, const View& view);

Result<std::optional<NodeRow>> node_row(Database& db, const Key& key);
Result<std::vector<NodeRow>> node_rows(Database& db);
Result<void> set_present(Database& db, const Key& key, const Digest& digest,
                         std::uint64_t steps = 0);
Result<void> set_missing(Database& db, const Key& key);

/// Marks every node that these records influenced, directly or through edges, as purging. Nodes
/// that saw the record in the wording `but` only are spared.
struct Influence {
    Digest record;
    std::optional<Digest> but;
};
Result<void> mark_purging(Database& db, const std::vector<Influence>& of);
/// Keys whose files must go; then purged() forgets whose they were.
Result<std::vector<Key>> purging(Database& db);
Result<void> set_purged(Database& db, const Key& key);

/// Stored nodes whose key is not among these are purged: nothing opens their files any more.
Result<void> purge_nodes_without(Database& db, const std::set<Key>& keys);

/// Records that some node saw.
Result<std::vector<Digest>> influential_records(Database& db);
/// Quarantines exactly the nodes influenced by `barred` records: others come back to present. Nodes
/// in quarantine since before `expired` become purging.
Result<void> set_quarantine(Database& db, const std::vector<Digest>& barred, Instant now,
                            Instant expired);

}  // namespace litura::derive
