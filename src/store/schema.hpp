// The schema's version: one number for the whole database, kept in a table of its own. Each part
// that owns tables lists the steps which brought them to where they are; a project of an older
// program is brought forward when it is opened, in one transaction. Nothing goes backward: a newer
// program's project is refused. CONTRIBUTING.md, "Change the schema".
#pragma once

#include <functional>
#include <vector>

#include "store/database.hpp"

namespace litura {

/// A step of one part from the version before to `version`. Steps stay as they are once released.
struct SchemaStep {
    std::int64_t version = 0;
    std::function<Result<void>(Database&)> take;
};
using Schema = std::vector<SchemaStep>;

/// A step in SQL.
SchemaStep schema_step(std::int64_t version, const char* sql);

/// The steps of parts that stand on each other, in that order.
Schema joined(Schema below, Schema above);

/// Takes every step that the database has not taken yet, by version and then by part: all or none.
/// A database without a version is of the release before versions, or empty: version 0.
/// Code::forbidden if the database is newer than these steps.
Result<void> bring_forward(Database& db, const Schema& schema);

}  // namespace litura
