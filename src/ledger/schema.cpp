// Rows of `ground` and of `bar` for objections and withdrawals are never changed, only taken away
// with the request that a person revoked: which consent
// ended which bar, and the other way round, is worked out when they are read (snapshot_rows.cpp),
// so that it cannot depend on the order of import.
#include "ledger/schema.hpp"

#include "keys/schema.hpp"
#include "keys/sealing.hpp"

namespace litura::ledger {

/// Frozen, as every released step of the schema is.
constexpr const char* kEventSchema = R"sql(
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    person BLOB,               -- under whose key the payload is sealed; null: under the project's
    commitment BLOB NOT NULL,
    sealed BLOB NOT NULL,
    prev BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_of_project ON event (type) WHERE person IS NULL;
CREATE INDEX IF NOT EXISTS event_of_person ON event (person) WHERE person IS NOT NULL;
)sql";

const char* const kFoldSchema = R"sql(
CREATE TABLE IF NOT EXISTS account (
    tag BLOB PRIMARY KEY,
    person BLOB NOT NULL,
    folded BLOB NOT NULL,
    handle TEXT NOT NULL,      -- of who had the account before any linking; names the person for ever
    source TEXT NOT NULL,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_person ON account (person);
CREATE INDEX IF NOT EXISTS account_handle ON account (handle);
CREATE INDEX IF NOT EXISTS account_event ON account (event);

CREATE TABLE IF NOT EXISTS ground (
    event INTEGER PRIMARY KEY,
    person BLOB NOT NULL,
    account BLOB NOT NULL,
    source TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER,
    notice BLOB,
    authorised INTEGER NOT NULL  -- whoever holds parental responsibility acted
) STRICT;
CREATE INDEX IF NOT EXISTS ground_account ON ground (account);
CREATE INDEX IF NOT EXISTS ground_person ON ground (person);

-- The target is the folded name where there is one, else the record, else the person.
CREATE TABLE IF NOT EXISTS bar (
    event INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    person BLOB,
    record BLOB,
    wording BLOB,
    folded BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS bar_event ON bar (event);
CREATE INDEX IF NOT EXISTS bar_person ON bar (person);
CREATE INDEX IF NOT EXISTS bar_folded ON bar (folded);
CREATE INDEX IF NOT EXISTS bar_record ON bar (record);

-- What is known of a person; every statement, of which the latest counts (snapshot_rows.cpp).
CREATE TABLE IF NOT EXISTS described (
    event INTEGER PRIMARY KEY,
    person BLOB NOT NULL,
    country TEXT,
    age INTEGER,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS described_person ON described (person);

-- Acts of a record's author that let it be used although it is of a special category.
CREATE TABLE IF NOT EXISTS exception (
    event INTEGER PRIMARY KEY,
    person BLOB NOT NULL,
    account BLOB NOT NULL,
    record BLOB NOT NULL,
    kind TEXT NOT NULL,
    purpose TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER,
    authorised INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS exception_person ON exception (person);

CREATE TABLE IF NOT EXISTS rules (
    event INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    valid_from_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS notice (
    digest BLOB PRIMARY KEY,
    purposes TEXT NOT NULL,    -- that it names, with spaces between; empty: it names none
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS served (
    event INTEGER PRIMARY KEY,
    notice BLOB NOT NULL,
    source TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    purpose TEXT NOT NULL,
    answers TEXT NOT NULL,     -- of an assessment: the headings it answers, a line each
    event INTEGER NOT NULL,
    PRIMARY KEY (kind, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS source (
    name TEXT PRIMARY KEY,
    audience TEXT NOT NULL,
    adults_only INTEGER NOT NULL,
    document BLOB,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS request (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    person BLOB NOT NULL,
    handle TEXT NOT NULL,
    record BLOB,
    purpose TEXT NOT NULL,
    verified_by TEXT,
    role TEXT,                 -- of who asks for somebody else
    authorised INTEGER NOT NULL,
    accepted_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    extended_ms INTEGER,
    suppressed_ms INTEGER,
    destroyed_ms INTEGER,
    derived_ms INTEGER,
    answered_ms INTEGER,
    lift_notice_ms INTEGER,
    denied_for TEXT,
    event INTEGER NOT NULL     -- of its bars
) STRICT;
CREATE INDEX IF NOT EXISTS request_person ON request (person);

-- Of an objection or a withdrawal that was said again: the bars of those moments.
CREATE TABLE IF NOT EXISTS repeat (event INTEGER PRIMARY KEY, request INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS repeat_request ON repeat (request);

-- Under which marks of their own senders filed a request; both columns are keyed hashes.
CREATE TABLE IF NOT EXISTS filing (
    mark BLOB PRIMARY KEY,
    request INTEGER NOT NULL,
    content BLOB NOT NULL,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Other people's records in which words or a name of whoever asked were found; barred 0: a person has
-- to decide. The bars themselves are in `bar`.
CREATE TABLE IF NOT EXISTS found (
    request INTEGER NOT NULL,
    record BLOB NOT NULL,
    wording BLOB,
    barred INTEGER NOT NULL,
    event INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS found_request ON found (request);

-- in_force 0: a person has to decide.
CREATE TABLE IF NOT EXISTS name (
    request INTEGER NOT NULL,
    tag BLOB NOT NULL,
    short INTEGER NOT NULL,
    words INTEGER NOT NULL,
    in_force INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS "order" (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    acts TEXT NOT NULL,        -- that a stop forbids, with spaces between
    scope TEXT NOT NULL,       -- the predicate of an exclusion or a hold
    model BLOB,                -- that a stop is about; null: every model
    from_ms INTEGER NOT NULL,
    until_ms INTEGER,
    lifted_ms INTEGER,
    decided INTEGER,           -- the event of the last decision about it
    event INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS entity (number INTEGER PRIMARY KEY, event INTEGER NOT NULL) STRICT;

-- Counts are of accounts; those that were erased since are in `matched` and have no row below.
CREATE TABLE IF NOT EXISTS class (
    number INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    kind TEXT NOT NULL,
    purpose TEXT NOT NULL,     -- empty: every purpose
    mode TEXT NOT NULL,
    residence TEXT NOT NULL,   -- countries with spaces between
    scope TEXT NOT NULL,       -- the predicate of a described class
    list BLOB,                 -- the root of a listed one
    until_ms INTEGER,
    at_ms INTEGER NOT NULL,
    settled INTEGER NOT NULL,  -- accounts first seen up to this event were looked up
    looked_up INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    represented INTEGER NOT NULL,
    left_it INTEGER NOT NULL,
    elsewhere INTEGER NOT NULL,
    event INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS class_member (
    class INTEGER NOT NULL,
    account INTEGER NOT NULL,  -- the event that first saw it
    standing TEXT NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (class, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS class_member_account ON class_member (account);
)sql";

namespace {

constexpr FoldTable kTables[] = {
    {"account", "tag, person, folded, handle, source, event"},
    {"ground",
     "event, person, account, source, purpose, basis, at_ms, until_ms, notice, authorised"},
    {"bar", "event, kind, at_ms, purpose, person, record, wording, folded"},
    {"described", "event, person, country, age, at_ms"},
    {"exception", "event, person, account, record, kind, purpose, at_ms, until_ms, authorised"},
    {"rules", "event, digest, valid_from_ms"},
    {"notice", "digest, purposes, event"},
    {"served", "event, notice, source, at_ms"},
    {"document", "kind, digest, purpose, answers, event"},
    {"source", "name, audience, adults_only, document, event"},
    {"request",
     "number, kind, state, person, handle, record, purpose, verified_by, role, authorised,"
     " accepted_ms, due_ms, extended_ms, suppressed_ms, destroyed_ms, derived_ms, answered_ms,"
     " lift_notice_ms, denied_for, event"},
    {"repeat", "event, request"},
    {"filing", "mark, request, content, event"},
    {"found", "request, record, wording, barred, event"},
    {"name", "request, tag, short, words, in_force"},
    {"order", "number, kind, acts, scope, model, from_ms, until_ms, lifted_ms, decided, event"},
    {"entity", "number, event"},
    {"class",
     "number, entity, kind, purpose, mode, residence, scope, list, until_ms, at_ms, settled,"
     " looked_up, matched, represented, left_it, elsewhere, event"},
    {"class_member", "class, account, standing, event"},
};

}  // namespace

const std::span<const FoldTable> kFoldTables = kTables;

Result<std::uint64_t> sum_of_rows(Database& db, const FoldTable& table, const SecretKey& key) {
    auto rows =
        TRY(db.prepare("SELECT " + std::string(table.columns) + " FROM \"" + table.name + "\""));
    std::uint64_t sum = 0;
    while (TRY(rows.step())) sum += keys::short_hash(key, rows.row());
    return sum;
}

Result<void> clear_folds(Database& db) {
    for (const FoldTable& table : kFoldTables)
        TRY(db.execute("DELETE FROM \"" + std::string(table.name) + "\""));
    return done();
}

Schema schema(const keys::ProjectSecrets& /*secrets*/) {
    return joined(keys::schema(), {schema_step(1, kEventSchema), schema_step(1, kFoldSchema)});
}

}  // namespace litura::ledger
