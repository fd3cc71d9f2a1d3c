// The SQL of nodes, edges and influence.
#include "derive/node_index.hpp"

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
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
CREATE TEMP TABLE IF NOT EXISTS touched (node BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
)";

/// Everything trained from the nodes in `touched`, added to it.
constexpr const char* kClosure = R"(
INSERT OR IGNORE INTO touched
WITH RECURSIVE after(node) AS (
  SELECT node FROM touched UNION SELECT child FROM edge JOIN after ON edge.parent = after.node)
SELECT node FROM after)";

NodeKind parse_kind(const std::string& text) {
    if (text == "base") return NodeKind::base;
    return text == "merge" ? NodeKind::merge : NodeKind::train;
}

NodeState parse_state(const std::string& text) {
    for (const NodeState state :
         {NodeState::present, NodeState::quarantined, NodeState::purging, NodeState::purged}) {
        if (text == to_text(state)) return state;
    }
    return NodeState::writing;
}

NodeRow row_of(const Statement& at) {
    NodeRow row{at.digest(0),
                parse_kind(at.text(1)),
                at.text(2),
                parse_state(at.text(3)),
                {},
                static_cast<std::uint64_t>(at.integer(5)),
                static_cast<std::uint64_t>(at.integer(6)),
                static_cast<ledger::Sequence>(at.integer(7))};
    if (!at.is_null(4)) row.digest = at.digest(4);
    return row;
}

constexpr const char* kColumns =
    "SELECT key, kind, label, state, digest, tokens, steps, sequence FROM node";

Result<void> announce_node(Database& db, const Node& node) {
    auto insert = TRY(db.prepare(
        "INSERT INTO node (key, kind, label, state, tokens) VALUES (?, ?, ?, 'writing', ?)"
        " ON CONFLICT (key) DO UPDATE SET label = excluded.label,"
        " state = CASE state WHEN 'present' THEN 'present' ELSE 'writing' END"));
    TRY(insert.bind(node.key)
            .bind(to_text(node.kind))
            .bind(node.label)
            .bind(static_cast<std::int64_t>(node.tokens))
            .run());
    auto edge = TRY(db.prepare("INSERT OR IGNORE INTO edge (parent, child) VALUES (?, ?)"));
    for (const Key& input : node.inputs) TRY(edge.bind(input).bind(node.key).run());
    return done();
}

Result<void> touch_closure(Database& db) { return db.execute(kClosure); }

Result<void> set_state(Database& db, const Key& key, NodeState state) {
    auto update = TRY(db.prepare("UPDATE node SET state = ? WHERE key = ?"));
    return update.bind(to_text(state)).bind(key).run();
}

}  // namespace

std::string_view to_text(NodeState state) {
    switch (state) {
        case NodeState::writing: return "missing";
        case NodeState::present: return "present";
        case NodeState::quarantined: return "quarantined";
        case NodeState::purging: return "purging";
        case NodeState::purged: return "purged";
    }
    return "";
}

Result<void> create_node_tables(Database& db) { return db.execute(kSchema); }

Result<void> announce(Database& db, const Graph& graph, const View& view) {
    auto transaction = TRY(db.begin());
    auto influence =
        TRY(db.prepare("INSERT OR IGNORE INTO influence (record, wording, node) VALUES (?, ?, ?)"));
    for (const Node& node : graph.nodes) {
        const auto row = TRY(node_row(db, node.key));
        if (row && row->state == NodeState::present) continue;
        TRY(announce_node(db, node));
        for (const std::size_t index : node.samples) {
            const Sample& sample = view.samples[index];
            TRY(influence.bind(sample.record).bind(sample.wording).bind(node.key).run());
        }
    }
    return transaction.commit();
}

Result<std::optional<NodeRow>> node_row(Database& db, const Key& key) {
    auto select = TRY(db.prepare(std::string(kColumns) + " WHERE key = ?"));
    select.bind(key);
    if (!TRY(select.step())) return std::optional<NodeRow>();
    return std::optional<NodeRow>(row_of(select));
}

Result<std::vector<NodeRow>> node_rows(Database& db) {
    std::vector<NodeRow> rows;
    auto select = TRY(db.prepare(std::string(kColumns) + " ORDER BY label, key"));
    while (TRY(select.step())) rows.push_back(row_of(select));
    return rows;
}

// A node that is there already keeps the moment at which it came.
Result<void> set_present(Database& db, const Key& key, const Digest& digest, std::uint64_t steps) {
    auto update = TRY(db.prepare(
        "UPDATE node SET state = 'present', digest = ?, steps = ?, sequence = iif(state ="
        " 'present', sequence, (SELECT max(seq) FROM event)) WHERE key = ?"));
    return update.bind(digest).bind(static_cast<std::int64_t>(steps)).bind(key).run();
}

Result<void> set_missing(Database& db, const Key& key) {
    auto update = TRY(db.prepare(
        "UPDATE node SET state = 'writing' WHERE key = ? AND state IN ('present', 'quarantined')"));
    return update.bind(key).run();
}

Result<void> mark_purging(Database& db, const std::vector<Influence>& of) {
    TRY(db.execute("DELETE FROM touched"));
    auto touch =
        TRY(db.prepare("INSERT OR IGNORE INTO touched SELECT node FROM influence WHERE record = ?1 "
                       "AND (?2 IS NULL OR wording <> ?2)"));
    for (const Influence& item : of) {
        touch.bind(item.record);
        if (item.but) touch.bind(*item.but);
        if (!item.but) touch.bind_null();
        TRY(touch.run());
    }
    TRY(touch_closure(db));
    return db.execute(
        "UPDATE node SET state = 'purging' WHERE key IN (SELECT node FROM touched) AND state <> "
        "'purged';"
        "DELETE FROM touched");
}

Result<std::vector<Key>> purging(Database& db) {
    std::vector<Key> keys;
    auto select = TRY(db.prepare("SELECT key FROM node WHERE state = 'purging' ORDER BY key"));
    while (TRY(select.step())) keys.push_back(select.digest(0));
    return keys;
}

Result<void> set_purged(Database& db, const Key& key) {
    auto transaction = TRY(db.begin());
    TRY(set_state(db, key, NodeState::purged));
    auto forget = TRY(db.prepare("DELETE FROM influence WHERE node = ?"));
    TRY(forget.bind(key).run());
    return transaction.commit();
}

Result<std::vector<Digest>> influential_records(Database& db) {
    std::vector<Digest> records;
    auto select = TRY(db.prepare("SELECT DISTINCT record FROM influence"));
    while (TRY(select.step())) records.push_back(select.digest(0));
    return records;
}

Result<void> set_quarantine(Database& db, const std::vector<Digest>& barred, Instant now,
                            Instant expired) {
    auto transaction = TRY(db.begin());
    TRY(db.execute("DELETE FROM touched"));
    auto touch = TRY(
        db.prepare("INSERT OR IGNORE INTO touched SELECT node FROM influence WHERE record = ?"));
    for (const Digest& record : barred) TRY(touch.bind(record).run());
    TRY(touch_closure(db));
    auto enter =
        TRY(db.prepare("UPDATE node SET state = 'quarantined', since_ms = ? WHERE state = "
                       "'present' AND key IN (SELECT node FROM touched)"));
    TRY(enter.bind(now.ms).run());
    auto expire = TRY(
        db.prepare("UPDATE node SET state = 'purging' WHERE state = 'quarantined' AND since_ms < ?"
                   " AND key IN (SELECT node FROM touched)"));
    TRY(expire.bind(expired.ms).run());
    TRY(
        db.execute("UPDATE node SET state = 'present' WHERE state = 'quarantined' AND key NOT IN "
                   "(SELECT node FROM touched);"
                   "DELETE FROM touched"));
    return transaction.commit();
}

}  // namespace litura::derive
