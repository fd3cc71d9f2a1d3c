// The database's rows about nodes: their states, what they were made from, whom they saw.
#include "derive/node_rows.hpp"

#include <set>

namespace litura::derive {
namespace {

NodeKind parse_kind(const std::string& text) {
    for (const NodeKind kind : {NodeKind::base, NodeKind::merge, NodeKind::memory}) {
        if (text == to_text(kind)) return kind;
    }
    return NodeKind::train;
}

/// As the table has it.
std::string_view stored_name(NodeState state) {
    return state == NodeState::writing ? "writing" : to_text(state);
}

NodeState parse_state(const std::string& text) {
    for (const NodeState state :
         {NodeState::present, NodeState::quarantined, NodeState::purging, NodeState::purged}) {
        if (text == stored_name(state)) return state;
    }
    return NodeState::writing;
}

NodeRow row_of(const Query& at) {
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
    db.rows_changed("node");
    db.rows_changed("edge");
    auto insert = TRY(db.prepare(
        "INSERT INTO node (key, kind, label, state, tokens) VALUES (?, ?, ?, 'writing', ?)"
        " ON CONFLICT (key) DO UPDATE SET label = excluded.label,"
        " state = CASE state WHEN 'present' THEN 'present' ELSE 'writing' END"));
    TRY(insert.bind(node.key)
            .bind(to_text(node.kind))
            .bind(node.label)
            .bind(static_cast<std::int64_t>(node.tokens))
            .run());
    auto edge =
        TRY(db.prepare("INSERT INTO edge (parent, child) VALUES (?, ?) ON CONFLICT DO NOTHING"));
    for (const Key& input : node.inputs) TRY(edge.bind(input).bind(node.key).run());
    return done();
}

Result<std::set<Key>> seers_of(Database& db, const Digest& record,
                               const std::optional<Digest>& but) {
    auto select = TRY(db.prepare("SELECT node, wording FROM influence WHERE record = ?"));
    select.bind(record);
    std::set<Key> nodes;
    while (TRY(select.step())) {
        if (!but || select.digest(1) != *but) nodes.insert(select.digest(0));
    }
    return nodes;
}

/// Adds everything that was trained from these nodes.
Result<void> close_over_edges(Database& db, std::set<Key>& nodes) {
    auto children = TRY(db.prepare("SELECT child FROM edge WHERE parent = ?"));
    std::vector<Key> open(nodes.begin(), nodes.end());
    while (!open.empty()) {
        children.bind(open.back());
        open.pop_back();
        while (TRY(children.step())) {
            if (nodes.insert(children.digest(0)).second) open.push_back(children.digest(0));
        }
        children.reset();
    }
    return done();
}

Result<void> set_state(Database& db, const Key& key, NodeState state) {
    db.rows_changed("node");
    auto update = TRY(db.prepare("UPDATE node SET state = ? WHERE key = ?"));
    return update.bind(stored_name(state)).bind(key).run();
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

Result<void> announce(Database& db, const Graph& graph, const View& view) {
    auto transaction = TRY(db.begin());
    auto influence = TRY(db.prepare(
        "INSERT INTO influence (record, wording, node) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        " RETURNING record, wording, node"));
    for (const Node& node : graph.nodes) {
        const auto row = TRY(node_row(db, node.key));
        if (row && row->state == NodeState::present) continue;
        TRY(announce_node(db, node));
        for (const std::size_t index : node.samples) {
            const Sample& sample = view.samples[index];
            influence.bind(sample.record).bind(sample.wording).bind(node.key);
            while (TRY(influence.step())) db.row_added("influence", influence.row());
            influence.reset();
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
    auto transaction = TRY(db.begin());
    db.rows_changed("node");
    auto update = TRY(db.prepare(
        "UPDATE node SET state = 'present', digest = ?, steps = ?, sequence = iif(state ="
        " 'present', sequence, (SELECT max(seq) FROM event)) WHERE key = ?"));
    TRY(update.bind(digest).bind(static_cast<std::int64_t>(steps)).bind(key).run());
    return transaction.commit();
}

Result<void> set_missing(Database& db, const Key& key) {
    auto transaction = TRY(db.begin());
    db.rows_changed("node");
    auto update = TRY(db.prepare(
        "UPDATE node SET state = 'writing' WHERE key = ? AND state IN ('present', 'quarantined')"));
    TRY(update.bind(key).run());
    return transaction.commit();
}

Result<void> mark_purging(Database& db, const std::vector<Influence>& of) {
    auto transaction = TRY(db.begin());
    db.rows_changed("node");
    std::set<Key> touched;
    for (const Influence& item : of) touched.merge(TRY(seers_of(db, item.record, item.but)));
    TRY(close_over_edges(db, touched));
    auto update =
        TRY(db.prepare("UPDATE node SET state = 'purging' WHERE key = ? AND state <> 'purged'"));
    for (const Key& key : touched) TRY(update.bind(key).run());
    return transaction.commit();
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
    auto forget =
        TRY(db.prepare("DELETE FROM influence WHERE node = ? RETURNING record, wording, node"));
    forget.bind(key);
    while (TRY(forget.step())) db.row_removed("influence", forget.row());
    return transaction.commit();
}

Result<void> purge_nodes_without(Database& db, const std::set<Key>& keys) {
    for (const NodeRow& row : TRY(node_rows(db))) {
        if (is_stored(row.kind) && !keys.contains(row.key)) TRY(set_purged(db, row.key));
    }
    return done();
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
    db.rows_changed("node");
    std::set<Key> touched;
    for (const Digest& record : barred) touched.merge(TRY(seers_of(db, record, {})));
    TRY(close_over_edges(db, touched));
    auto expire =
        TRY(db.prepare("UPDATE node SET state = 'purging' WHERE key = ? AND state ="
                       " 'quarantined' AND since_ms < ?"));
    auto enter =
        TRY(db.prepare("UPDATE node SET state = 'quarantined', since_ms = ? WHERE key = ?"
                       " AND state = 'present'"));
    for (const Key& key : touched) {
        TRY(expire.bind(key).bind(expired.ms).run());
        TRY(enter.bind(now.ms).bind(key).run());
    }
    for (const NodeRow& row : TRY(node_rows(db))) {
        if (row.state == NodeState::quarantined && !touched.contains(row.key))
            TRY(set_state(db, row.key, NodeState::present));
    }
    return transaction.commit();
}

}  // namespace litura::derive
