// Events as rows: the one place that knows the columns of the chain.
#include "ledger/event.hpp"

namespace litura::ledger {

Error damaged_event(Sequence seq, const char* what) {
    return {Code::broken, what, "event " + std::to_string(seq),
            "restore the project from a backup"};
}

Result<Query> EventChain::select(std::string_view tail) {
    return db_->prepare(
        "SELECT seq, at_ms, type, version, person, commitment, sealed, prev, hash FROM event " +
        std::string(tail));
}

StoredEvent EventChain::stored(const Query& row) {
    StoredEvent event;
    event.seq = static_cast<Sequence>(row.integer(0));
    event.at = {row.integer(1)};
    event.type = row.text(2);
    event.version = row.integer(3);
    if (!row.is_null(4)) event.person = row.blob(4);
    event.commitment = row.blob(5);
    event.sealed = row.blob(6);
    event.prev = row.blob(7);
    event.hash = row.blob(8);
    return event;
}

Result<Head> EventChain::head() {
    auto rows = TRY(db_->prepare("SELECT seq, at_ms, hash FROM event ORDER BY seq DESC LIMIT 1"));
    if (!TRY(rows.step())) return Head{};
    const auto seq = static_cast<Sequence>(rows.integer(0));
    const auto hash = digest_from_bytes(rows.blob(2));
    if (!hash) return damaged_event(seq, "the last event has no hash");
    return Head{seq, {rows.integer(1)}, hash.value()};
}

Result<StoredEvent> EventChain::read(Sequence seq) {
    auto rows = TRY(select("WHERE seq = ?"));
    rows.bind(seq);
    if (!TRY(rows.step())) return damaged_event(seq, "an event is missing");
    return stored(rows);
}

Result<std::vector<std::string>> EventChain::types_since(Sequence seq) {
    auto rows = TRY(db_->prepare("SELECT DISTINCT type FROM event WHERE seq > ?"));
    rows.bind(seq);
    std::vector<std::string> types;
    while (TRY(rows.step())) types.push_back(rows.text(0));
    return types;
}

Result<std::vector<Sequence>> EventChain::of_project(std::string_view type) {
    auto rows =
        TRY(db_->prepare("SELECT seq FROM event WHERE person IS NULL AND type = ? ORDER BY seq"));
    rows.bind(type);
    std::vector<Sequence> found;
    while (TRY(rows.step())) found.push_back(static_cast<Sequence>(rows.integer(0)));
    return found;
}

Result<std::vector<Sequence>> EventChain::of_account(const Digest& account, std::string_view type) {
    auto rows = TRY(db_->prepare(
        "SELECT seq FROM event WHERE person = ?1 AND (?2 = '' OR type = ?2) ORDER BY seq"));
    rows.bind(account).bind(type);
    std::vector<Sequence> found;
    while (TRY(rows.step())) found.push_back(static_cast<Sequence>(rows.integer(0)));
    return found;
}

Result<void> EventChain::insert(const StoredEvent& row) {
    auto insert = TRY(db_->prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(row.seq).bind(row.at.ms).bind(row.type).bind(row.version);
    if (row.person) {
        insert.bind(*row.person);
    } else {
        insert.bind_null();
    }
    insert.bind(row.commitment).bind(row.sealed).bind(row.prev).bind(row.expected_hash());
    return insert.run();
}

}  // namespace litura::ledger
