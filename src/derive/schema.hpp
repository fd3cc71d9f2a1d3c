// All tables of a project as one schema: the one place from which a database is made or brought
// forward.
#pragma once

#include <span>

#include "base/env.hpp"
#include "keys/tags.hpp"
#include "keys/tally_rows.hpp"
#include "store/schema.hpp"

namespace litura::derive {

Schema schema(const keys::ProjectSecrets& secrets);

/// Those that nothing else accounts for.
extern const std::span<const keys::Tallied> kTalliedTables;

/// A project's database, made where it is missing, with today's tables.
Result<Database> open_database(const Path& path, const keys::ProjectSecrets& secrets);

}  // namespace litura::derive
