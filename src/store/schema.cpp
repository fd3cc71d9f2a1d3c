#include "store/schema.hpp"

#include <algorithm>
#include <iterator>

namespace litura {
namespace {

constexpr const char* kVersionTable =
    "CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version"
    " INTEGER NOT NULL) STRICT;"
    "INSERT INTO schema_version VALUES (1, 0) ON CONFLICT (one) DO NOTHING";

Result<std::int64_t> version_of(Database& db) {
    if (!TRY(db.has_table("schema_version"))) return 0;
    auto select = TRY(db.prepare("SELECT version FROM schema_version"));
    if (TRY(select.step())) return select.integer(0);
    return Error{Code::broken, "the database names no version of its tables", "ledger.db",
                 "restore the project from a backup"};
}

Error newer(std::int64_t database, std::int64_t known) {
    return {Code::forbidden, "the project was made or opened by a newer Litura",
            "version " + std::to_string(database) + " of its tables, and this program knows " +
                std::to_string(known),
            "use the newer program"};
}

}  // namespace

SchemaStep schema_step(std::int64_t version, const char* sql) {
    return {version, [sql](Database& db) { return db.execute(sql); }};
}

Schema joined(Schema below, Schema above) {
    std::ranges::move(above, std::back_inserter(below));
    return below;
}

Result<void> bring_forward(Database& db, const Schema& schema) {
    std::int64_t newest = 0;
    for (const SchemaStep& step : schema) newest = std::max(newest, step.version);
    const std::int64_t found = TRY(version_of(db));
    if (found > newest) return newer(found, newest);
    if (found == newest) return done();

    auto all_or_none = TRY(db.begin());
    TRY(db.execute(kVersionTable));
    for (std::int64_t version = TRY(version_of(db)) + 1; version <= newest; ++version) {
        for (const SchemaStep& step : schema) {
            if (step.version == version) TRY(step.take(db));
        }
        auto reached = TRY(db.prepare("UPDATE schema_version SET version = ?"));
        TRY(reached.bind(version).run());
    }
    return all_or_none.commit();
}

}  // namespace litura
