#include "derive/schema.hpp"

#include "corpus/schema.hpp"

namespace litura::derive {
namespace {

/// Nodes, who they were trained from, and whose records they saw (node_rows.hpp).
constexpr const char* kNodes = R"(
CREATE TABLE IF NOT EXISTS node (
  key BLOB PRIMARY KEY, kind TEXT NOT NULL, label TEXT NOT NULL, state TEXT NOT NULL, digest BLOB,
  tokens INTEGER NOT NULL, since_ms INTEGER NOT NULL DEFAULT 0,
  steps INTEGER NOT NULL DEFAULT 0, sequence INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS edge (
  parent BLOB NOT NULL, child BLOB NOT NULL, PRIMARY KEY (parent, child)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS influence (
  record BLOB NOT NULL, wording BLOB NOT NULL, node BLOB NOT NULL,
  PRIMARY KEY (record, wording, node)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS influence_node ON influence (node);
)";

/// Counts of tokens, one row a record (measure.hpp).
constexpr const char* kCounts = R"(
CREATE TABLE IF NOT EXISTS token_count (
  record BLOB PRIMARY KEY, wording BLOB NOT NULL, counting BLOB NOT NULL, tokens INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
)";

/// The model that may be used, and the last complete one (visible.hpp).
constexpr const char* kVisible = R"(
CREATE TABLE IF NOT EXISTS visible (
  name TEXT PRIMARY KEY, model BLOB NOT NULL, manifest BLOB NOT NULL, sequence INTEGER NOT NULL,
  valid_until_ms INTEGER, suppressed INTEGER NOT NULL, tokens INTEGER NOT NULL,
  deferred_persons INTEGER NOT NULL, deferred_records INTEGER NOT NULL,
  deferred_tokens INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visible_person (person BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
)";

/// Of requests: what an erasure found (report.hpp), what a correction will say (correction.hpp).
constexpr const char* kRequests = R"(
CREATE TABLE IF NOT EXISTS report (request TEXT PRIMARY KEY, sealed BLOB NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending_text (request TEXT PRIMARY KEY, sealed BLOB NOT NULL)
  STRICT, WITHOUT ROWID;
)";

/// Who got a release (release/recipients.hpp).
constexpr const char* kRecipients = R"(
CREATE TABLE IF NOT EXISTS recipient_contact (id TEXT PRIMARY KEY, sealed BLOB NOT NULL)
  STRICT, WITHOUT ROWID;
)";

/// What no fold, count or bucket accounts for.
constexpr keys::Tallied kTallied[] = {
    {"record", "record, wording"},
    {"node", "key, kind, label, state, digest, tokens, since_ms, steps, sequence"},
    {"edge", "parent, child"},
    {"influence", "record, wording, node"},
    {"visible",
     "name, model, manifest, sequence, valid_until_ms, suppressed, tokens, deferred_persons,"
     " deferred_records, deferred_tokens"},
    {"visible_person", "person"},
    {"report", "request, sealed"},
    {"pending_text", "request, sealed"},
    {"recipient_contact", "id, sealed"},
};

}  // namespace

const std::span<const keys::Tallied> kTalliedTables = kTallied;

Schema schema(const keys::ProjectSecrets& secrets) {
    Schema own;
    for (const char* tables : {kNodes, kCounts, kVisible, kRequests, kRecipients})
        own.push_back(schema_step(1, tables));
    own.push_back({3, [&secrets](Database& db) {
                       return keys::tally_all(db, secrets.project, kTalliedTables);
                   }});
    return joined(corpus::schema(secrets), std::move(own));
}

Result<Database> open_database(const Path& path, const keys::ProjectSecrets& secrets) {
    Database db = TRY(Database::open(path));
    TRY(bring_forward(db, schema(secrets)));
    keys::keep_tallies(db, secrets.project, kTalliedTables);
    return db;
}

}  // namespace litura::derive
