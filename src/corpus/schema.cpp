#include "corpus/schema.hpp"

#include "corpus/mark_again.hpp"
#include "corpus/record_rows.hpp"
#include "ledger/schema.hpp"

namespace litura::corpus {
namespace {

/// As the release before versions left it: moments, source and audience in clear.
constexpr const char* kFirst = R"sql(
CREATE TABLE IF NOT EXISTS record (
    record BLOB PRIMARY KEY NOT NULL,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    wording BLOB NOT NULL,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    version_ms INTEGER NOT NULL,
    audience TEXT NOT NULL,
    wrapped_key BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
)sql";

/// `number` orders the pages of a walk; `facts`: record_rows.hpp.
constexpr const char* kBound = R"sql(
CREATE TABLE bound_record (
    number INTEGER PRIMARY KEY,
    record BLOB NOT NULL UNIQUE,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    wording BLOB NOT NULL,
    facts BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
)sql";

constexpr const char* kInPlace = R"sql(
DROP TABLE record;
ALTER TABLE bound_record RENAME TO record;
CREATE INDEX record_account ON record (account);
CREATE INDEX record_id ON record (id);
)sql";

/// What the rows say now is bound to them; what they said before somebody changed them cannot be
/// known any more, so each keeps that it was bound late.
Result<void> bind_rows(Database& db, const FactsKey& key) {
    TRY(db.execute(kBound));
    Query from = TRY(
        db.prepare("SELECT record, id, account, wording, source, created_at, version_ms, audience,"
                   " wrapped_key, sealed FROM record"));
    Query into = TRY(db.prepare(
        "INSERT INTO bound_record (record, id, account, wording, facts, wrapped_key, sealed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"));
    while (TRY(from.step())) {
        RecordRow row;
        row.record = from.digest(0);
        row.id = from.digest(1);
        row.account = from.digest(2);
        row.wording = from.digest(3);
        row.source = from.text(4);
        row.created_at.ms = from.integer(5);
        row.version_ms = from.integer(6);
        row.audience = TRY(ledger::parse_audience(from.text(7)));
        into.bind(row.record).bind(row.id).bind(row.account).bind(row.wording);
        into.bind(seal_facts(key, row, Bound::by_migration));
        TRY(into.bind(from.blob(8)).bind(from.blob(9)).run());
    }
    from.reset();
    return db.execute(kInPlace);
}

}  // namespace

Schema schema(const keys::ProjectSecrets& secrets) {
    const auto bind = [&secrets](Database& db) {
        return bind_rows(db, facts_key(secrets.project));
    };
    const auto mark = [&secrets](Database& db) { return mark_again(db, secrets); };
    return joined(ledger::schema(secrets), {schema_step(1, kFirst), {2, bind}, {3, mark}});
}

}  // namespace litura::corpus
