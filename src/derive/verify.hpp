// Verify: recompute a model from nothing, reading no stored node, and compare every digest that was
// recorded on the way; then re-hash what is stored, where it can be read. Memory is a few copies of
// the model, whatever the number of nodes.
#pragma once

#include <optional>
#include <string>

#include "derive/derive.hpp"

namespace litura::derive {

struct Verified {
    bool equal = false;
    Digest model;  ///< what the recomputation gave
    std::size_t nodes_compared = 0;
    std::size_t unreadable = 0;    ///< stored nodes that could not be read (missing, no permission)
    std::string first_difference;  ///< names a node or the model; empty if equal
};

/// `model`: digest of a model made visible before; nothing for the visible one. Code::forbidden if
/// its inputs were lawfully destroyed since.
Result<Verified> verify(Project& project, const std::optional<Digest>& model, int threads);

}  // namespace litura::derive
