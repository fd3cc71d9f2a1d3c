// Tables whose rows nothing else accounts for: no fold of events, no bucket that counts them. Of
// each the number of rows and a keyed sum over them (Clarke et al., "Incremental Multiset Hash
// Functions", 2003) stand sealed in a row of their own, so that whoever adds, takes away or changes
// a row without a secret is missed by `ledger verify`. Written in the transaction that changes the
// rows. Not seen: all of these tables put back together as they were on an earlier day.
#pragma once

#include <initializer_list>
#include <span>
#include <string>

#include "base/secret.hpp"
#include "store/database.hpp"

namespace litura::keys {

/// A table, and the columns that count.
struct Tallied {
    const char* table;
    const char* columns;
};

/// What of a row enters the sum, from its columns' bytes: as Query::row() has it.
Bytes tallied_row(std::initializer_list<ByteView> blobs);

/// From here on every transaction on this connection seals what it says that it did to these tables
/// (Database::row_added and its like).
void keep_tallies(Database& db, const SecretKey& project, std::span<const Tallied> tables);
/// Counts everything and seals that: where a project is made, brought forward or restored.
Result<void> tally_all(Database& db, const SecretKey& project, std::span<const Tallied> tables);
/// The first table whose rows are not those that were sealed; empty if all are.
Result<std::string> first_tally_difference(Database& db, const SecretKey& project,
                                           std::span<const Tallied> tables);

}  // namespace litura::keys
