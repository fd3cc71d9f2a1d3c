// Whose an account is: the little that parts above read of the fold of accounts where they keep
// rows by account.
#pragma once

#include <optional>
#include <vector>

#include "base/digest.hpp"
#include "store/database.hpp"

namespace litura::ledger {

/// Nothing if the ledger knows no such account (any more).
Result<std::optional<Digest>> person_of(Database& db, const Digest& account);
/// Ordered by tag.
Result<std::vector<Digest>> accounts_of(Database& db, const Digest& person);

}  // namespace litura::ledger
