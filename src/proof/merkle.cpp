// Proofs are made by recursion over ranges, as RFC 6962 defines them, and checked by RFC 9162's
// loops over the bits of an index: two ways to the same hashes.
#include "proof/merkle.hpp"

#include <bit>

namespace litura::proof {
namespace {

/// The largest power of two below `size`; size >= 2.
std::uint64_t split(std::uint64_t size) { return std::bit_floor(size - 1); }

/// MTH of leaves [begin, begin + size); begin is a multiple of the subtree's width.
Result<Digest> range_root(const Subtree& subtree, std::uint64_t begin, std::uint64_t size) {
    if (std::has_single_bit(size)) {
        const auto level = static_cast<unsigned>(std::countr_zero(size));
        return subtree(level, begin >> level);
    }
    const std::uint64_t left = split(size);
    const Digest left_root = TRY(range_root(subtree, begin, left));
    return node_hash(left_root, TRY(range_root(subtree, begin + left, size - left)));
}

Result<void> add_inclusion(const Subtree& subtree, std::uint64_t index, std::uint64_t begin,
                           std::uint64_t size, MerklePath& path) {
    if (size == 1) return done();
    const std::uint64_t left = split(size);
    if (index < begin + left) {
        TRY(add_inclusion(subtree, index, begin, left, path));
        path.push_back(TRY(range_root(subtree, begin + left, size - left)));
    } else {
        TRY(add_inclusion(subtree, index, begin + left, size - left, path));
        path.push_back(TRY(range_root(subtree, begin, left)));
    }
    return done();
}

/// RFC 6962's SUBPROOF; `whole`: the old tree is this subtree's left edge from the beginning.
Result<void> add_consistency(const Subtree& subtree, std::uint64_t old_size, std::uint64_t begin,
                             std::uint64_t size, bool whole, MerklePath& path) {
    if (old_size == size) {
        if (!whole) path.push_back(TRY(range_root(subtree, begin, size)));
        return done();
    }
    const std::uint64_t left = split(size);
    if (old_size <= left) {
        TRY(add_consistency(subtree, old_size, begin, left, whole, path));
        path.push_back(TRY(range_root(subtree, begin + left, size - left)));
    } else {
        TRY(add_consistency(subtree, old_size - left, begin + left, size - left, false, path));
        path.push_back(TRY(range_root(subtree, begin, left)));
    }
    return done();
}

}  // namespace

Digest leaf_hash(ByteView entry) {
    const std::uint8_t prefix = 0x00;
    return Hasher().update({&prefix, 1}).update(entry).finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
    const std::uint8_t prefix = 0x01;
    return Hasher().update({&prefix, 1}).update(left.view()).update(right.view()).finish();
}

Result<Digest> tree_root(const Subtree& subtree, std::uint64_t size) {
    if (size == 0) return sha256(ByteView());
    return range_root(subtree, 0, size);
}

Result<MerklePath> inclusion_path(const Subtree& subtree, std::uint64_t index, std::uint64_t size) {
    CHECK(index < size);
    MerklePath path;
    TRY(add_inclusion(subtree, index, 0, size, path));
    return path;
}

Result<MerklePath> consistency_path(const Subtree& subtree, std::uint64_t old_size,
                                    std::uint64_t size) {
    CHECK(old_size <= size);
    MerklePath path;
    if (old_size != 0) TRY(add_consistency(subtree, old_size, 0, size, true, path));
    return path;
}

bool holds_inclusion(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                     const MerklePath& path, const Digest& root) {
    if (index >= size) return false;
    std::uint64_t node = index, last = size - 1;
    Digest hash = leaf;
    for (const Digest& other : path) {
        if (last == 0) return false;
        if (node % 2 == 1 || node == last) {
            hash = node_hash(other, hash);
            while (node % 2 == 0 && node != 0) node >>= 1, last >>= 1;
        } else {
            hash = node_hash(hash, other);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && hash == root;
}

bool holds_consistency(std::uint64_t old_size, const Digest& old_root, std::uint64_t size,
                       const Digest& root, const MerklePath& path) {
    if (old_size > size) return false;
    if (old_size == 0) return path.empty() && old_root == sha256(ByteView());
    if (old_size == size) return path.empty() && old_root == root;
    std::uint64_t node = old_size - 1, last = size - 1;
    while (node % 2 == 1) node >>= 1, last >>= 1;
    std::size_t used = 0;
    const bool starts_at_old = std::has_single_bit(old_size);
    if (!starts_at_old && path.empty()) return false;
    Digest old_hash = starts_at_old ? old_root : path[used++];
    Digest hash = old_hash;
    for (; used < path.size(); ++used) {
        const Digest& other = path[used];
        if (last == 0) return false;
        if (node % 2 == 1 || node == last) {
            old_hash = node_hash(other, old_hash);
            hash = node_hash(other, hash);
            while (node % 2 == 0 && node != 0) node >>= 1, last >>= 1;
        } else {
            hash = node_hash(hash, other);
        }
        node >>= 1;
        last >>= 1;
    }
    return last == 0 && old_hash == old_root && hash == root;
}

Subtree subtree_of(const std::vector<Digest>& leaves) {
    return [&leaves](unsigned level, std::uint64_t index) -> Result<Digest> {
        std::vector<Digest> row(leaves.begin() + static_cast<std::ptrdiff_t>(index << level),
                                leaves.begin() + static_cast<std::ptrdiff_t>((index + 1) << level));
        for (; row.size() > 1; row.resize(row.size() / 2)) {
            for (std::size_t pair = 0; pair < row.size() / 2; ++pair)
                row[pair] = node_hash(row[2 * pair], row[2 * pair + 1]);
        }
        return row.front();
    };
}

}  // namespace litura::proof
