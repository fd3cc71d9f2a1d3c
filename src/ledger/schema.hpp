// The ledger's tables. `event` is the truth; every other one is a fold of it. Folds hold tags,
// names of sources and purposes, moments and numbers: nothing a person wrote and no name of one.
// Not public: parts above never write SQL here.
#pragma once

#include <span>

#include "keys/tags.hpp"
#include "store/schema.hpp"

namespace litura::ledger {

/// Of the ledger's tables and those of the parts below. A change of the folds is a step that makes
/// them anew from the events, for which the secrets are there.
Schema schema(const keys::ProjectSecrets& secrets);

extern const char* const kFoldSchema;

/// A fold, as verify compares it: all columns, in the table's order.
struct FoldTable {
    const char* name;
    const char* columns;
};
extern const std::span<const FoldTable> kFoldTables;

/// A table's rows whatever their order: the sum of a keyed hash of each (Clarke et al.,
/// "Incremental Multiset Hash Functions", 2003). Whoever writes other rows cannot know the key,
/// which is drawn for one verification.
Result<std::uint64_t> sum_of_rows(Database& db, const FoldTable& table, const SecretKey& key);
/// Empties every fold.
Result<void> clear_folds(Database& db);

}  // namespace litura::ledger
