// The ledger's tables. `event` is the truth; every other one is a fold of it. Folds hold tags,
// names of sources and purposes, moments and numbers: nothing a person wrote and no name of one.
// Not public: parts above never write SQL here.
#pragma once

#include <span>

namespace litura::ledger {

extern const char* const kEventSchema;
extern const char* const kFoldSchema;

/// A fold, as verify_chain compares it: all columns, in the table's order.
struct FoldTable {
    const char* name;
    const char* columns;
};
extern const std::span<const FoldTable> kFoldTables;

}  // namespace litura::ledger
