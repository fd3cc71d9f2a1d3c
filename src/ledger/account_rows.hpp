// Accounts and their persons as rows. Not public.
#pragma once

#include "store/database.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

Result<std::optional<Account>> read_account(Database& db, const Digest& tag);
/// All, and those of one person, ordered by tag.
Result<std::vector<Account>> read_accounts(Database& db);
Result<std::vector<Account>> accounts_of_person(Database& db, const Digest& person);
/// Those whose name was recognised by this tag (keys::name_bar_tag, or folded_tag at first).
Result<std::vector<Account>> accounts_named(Database& db, const Digest& name);
/// The next ones that were first seen after an event, in the order in which they were.
Result<std::vector<Account>> accounts_after(Database& db, Sequence event, std::size_t limit);

/// Every source on which there is an account, in order.
Result<std::vector<std::string>> known_sources(Database& db);
/// Is this somebody with an account?
Result<bool> knows_person(Database& db, const Digest& person);
/// Nobody (any more) for an unknown handle.
Result<std::optional<Digest>> person_of(Database& db, std::string_view handle);
/// Was the same said of the person already?
Result<bool> is_described(Database& db, const Digest& person, const Description& said);

}  // namespace litura::ledger
