// Whether the rows of keys are as they were written: for `ledger verify`.
#pragma once

#include <string>

#include "keys/root_cell.hpp"
#include "store/database.hpp"

namespace litura::keys {

/// Opens every bucket and every key, and counts. Empty: nothing differs.
Result<std::string> first_key_difference(Database& db, const RootCell& root);

}  // namespace litura::keys
