// Rotation: what makes the death of a key final. Everything that lives is wrapped anew under a new
// root, and the old root is overwritten: then no copy of the key tables made before, in the log, in
// free pages, in a backup, opens anything any more. In order, each step repeatable:
//
//   prepare   the next root is written into the cell's other slot     (nothing rests on it yet)
//   rotate    in the transaction that deletes the dying keys          (its commit is the decision)
//   settle    every root but the one the database counts on is zeroed (from here the keys are dead)
//
// A crash before the commit leaves a root that nothing rests on, one after it a root too many;
// settle() puts both right. One process rotates at a time: the caller holds a lock.
#pragma once

#include <vector>

#include "store/database.hpp"
#include "keys/key_table.hpp"
#include "keys/root_cell.hpp"

namespace litura::keys {

Result<void> prepare_rotation(Database& db, const RootCell& root);
/// Part of the caller's transaction. Marked buckets get new keys, all get the prepared root.
Result<void> rotate(Database& db, const RootCell& root);
/// Idempotent.
Result<void> settle_rotation(Database& db, const RootCell& root);

/// What `keys status` shows.
struct KeyCensus {
    Generation generation = 0;
    std::size_t roots = 0;  ///< in the cell: 1, or 2 while a rotation is not settled
    struct Kind {
        std::string kind;
        std::int64_t buckets = 0, keys = 0;
        std::int64_t marked = 0;  ///< buckets that lost a key since the last rotation
    };
    std::vector<Kind> kinds;
};
Result<KeyCensus> key_census(Database& db, const RootCell& root);

}  // namespace litura::keys
