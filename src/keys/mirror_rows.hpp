// Key tables in a copy of them outside of the project: a database attached as `mirror`
// (Database::beside). All wrappings rest on the root, which is not in it.
#pragma once

#include <optional>
#include <set>

#include "base/digest.hpp"
#include "keys/key_table.hpp"
#include "keys/root_cell.hpp"
#include "store/database.hpp"

namespace litura::keys {

/// The mirror's tables then hold what the project's do.
Result<void> mirror_keys(Database& db);
/// The project's tables then hold what the mirror's do.
Result<void> take_mirrored_keys(Database& db);
/// The generation of the mirror's keys; nothing if none were ever written.
Result<std::optional<Generation>> mirrored_generation(Database& db);

/// For a copy of the project's database that leaves it: no key is in it.
Result<void> leave_keys_out(Database& db);
/// Names of the keys of one kind that the tables hold.
Result<std::set<Digest>> names_held(Database& db, KeyKind kind);

}  // namespace litura::keys
