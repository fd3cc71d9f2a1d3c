// The derivation graph: which nodes a view and a recipe ask for. A pure function; no store, clock
// or input/output. Kinds of node: `base`, `train` (one slice), `merge`, `memory`; a model is the
// last merge and, where the recipe has one and somebody is in it, the memory beside it. A key says
// what a node must be, from its inputs alone: key = SHA-256("litura.node.1", kind, profile, what
// the kind reads of the recipe, data, inputs). Ordinals, other people, counts and ledger events
// never enter it, so that whoever comes or goes changes only what follows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/secret.hpp"
#include "derive/recipe.hpp"
#include "derive/view.hpp"

namespace litura::derive {

using Key = Digest;

/// Numbers enter keys and names the index: both stay.
enum class NodeKind : std::uint8_t { base = 0, train = 1, merge = 2, memory = 3 };
/// A kind whose result is files in the store; others are made again from those.
bool is_stored(NodeKind);
std::string_view to_text(NodeKind);

struct Node {
    NodeKind kind = NodeKind::base;
    Key key;
    std::vector<Key> inputs;   ///< train: {start or the slice before}; merge: {start, chain ends
                               ///< ascending}; memory: {base}
    std::uint64_t tokens = 0;  ///< train: targets of one epoch; merge: of all its chains;
                               ///< memory: of its samples
    std::uint32_t epochs = 1;  ///< train: passes over the slice
    std::string label;         ///< "stage2/shard07/slice3": for people, never in the key
    std::vector<std::size_t> samples;  ///< train: indices into the view, in training order; memory:
                                       ///< account by account
};

/// One shard: its non-empty slices in order. The unit of scheduling.
struct Chain {
    std::string label;                ///< "stage2/shard07"
    std::vector<std::size_t> slices;  ///< indices into Graph::nodes
    std::uint64_t tokens = 0;         ///< targets of one epoch: the chain's weight in the merge
};

/// Chains that start from the same weights and are merged together.
struct Group {
    std::size_t start = 0;  ///< index of a base or merge node
    std::size_t merge = 0;  ///< index of the merge node; equals start if there are no chains
    std::vector<Chain> chains;
};

struct Graph {
    std::vector<Node> nodes;  ///< inputs before those that use them
    std::vector<Group> groups;
    std::size_t model = 0;              ///< the last merge, or the base if nobody was admitted
    std::optional<std::size_t> memory;  ///< nobody in it: none

    /// Targets times epochs over all train nodes: what a fresh derivation trains.
    std::uint64_t tokens_fresh() const;
};

/// Where a sample stands. Slices are named by bucket and part within it.
struct Place {
    std::uint32_t stage = 0;
    std::string shard;  ///< "shard07", or "solo-" and the account's first digits; "memory"
    std::uint32_t bucket = 0, part = 0;
};
/// Places of all samples, in the view's order.
std::vector<Place> place(const View& view, const Recipe& recipe);

/// `base` is the base's model digest: it covers architecture and tokenizer. `deal` keys the slices'
/// data.
Graph build_graph(const View& view, const Recipe& recipe, const SecretKey& deal,
                  const Digest& base);

}  // namespace litura::derive
