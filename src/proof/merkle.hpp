// Merkle trees as logs use them (RFC 6962 section 2.1, RFC 9162 section 2.1): hashes, and the
// proofs that an entry is in a tree and that one tree is the beginning of another. Where hashes are
// kept is the caller's business.
#pragma once

#include <functional>
#include <vector>

#include "base/digest.hpp"

namespace litura::proof {

Digest leaf_hash(ByteView entry);                           ///< SHA-256(0x00, entry)
Digest node_hash(const Digest& left, const Digest& right);  ///< SHA-256(0x01, left, right)

/// From the leaf's or the old tree's side up to the root.
using MerklePath = std::vector<Digest>;

/// The root of the perfect subtree over leaves [index << level, (index + 1) << level).
using Subtree = std::function<Result<Digest>(unsigned level, std::uint64_t index)>;

Result<Digest> tree_root(const Subtree& subtree, std::uint64_t size);
/// `index` < `size`.
Result<MerklePath> inclusion_path(const Subtree& subtree, std::uint64_t index, std::uint64_t size);
/// `old_size` <= `size`; empty for 0 and for equal sizes.
Result<MerklePath> consistency_path(const Subtree& subtree, std::uint64_t old_size,
                                    std::uint64_t size);

bool holds_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                     const MerklePath& path, const Digest& root);
/// An empty old tree is the beginning of every tree.
bool holds_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                       const Digest& root, const MerklePath& path);

/// Over hashes in memory.
Subtree subtree_of(const std::vector<Digest>& leaves);

}  // namespace litura::proof
