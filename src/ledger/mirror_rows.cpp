#include "ledger/mirror_rows.hpp"

namespace litura::ledger {
namespace {

/// A mirror's events are a beginning of the project's, or it is not its mirror.
constexpr std::string_view kStrange =
    "SELECT 1 FROM mirror.event WHERE seq = (SELECT max(seq) FROM mirror.event)"
    " AND hash NOT IN (SELECT main.event.hash FROM main.event WHERE main.event.seq ="
    " mirror.event.seq)";

Result<std::optional<Head>> newest(Database& db, std::string_view select) {
    auto last = TRY(db.prepare(select));
    if (!TRY(last.step())) return std::optional<Head>();
    return std::optional<Head>(
        Head{static_cast<Sequence>(last.integer(0)), {last.integer(1)}, last.digest(2)});
}

}  // namespace

Result<void> mirror_events(Database& db) {
    if (!TRY(db.columns("event", "mirror")).empty()) {
        auto strange = TRY(db.prepare(kStrange));
        if (TRY(strange.step())) {
            return Error{Code::forbidden,
                         "the mirror of the keys holds another history than this project",
                         "key_mirror", "give each project a mirror of its own"};
        }
    }
    TRY(db.make_beside("event", "mirror"));
    return db.execute(
        "CREATE INDEX IF NOT EXISTS mirror.event_seq ON event (seq);"
        "INSERT INTO mirror.event SELECT * FROM main.event"
        " WHERE seq > (SELECT coalesce(max(seq), 0) FROM mirror.event) ORDER BY seq");
}

Result<void> take_mirrored_events(Database& db) {
    return db.execute(
        "INSERT INTO event SELECT * FROM mirror.event"
        " WHERE seq > (SELECT max(seq) FROM main.event) ORDER BY seq");
}

Result<std::optional<Head>> mirrored_head(Database& db) {
    if (TRY(db.columns("event", "mirror")).empty()) return std::optional<Head>();
    return newest(db, "SELECT seq, at_ms, hash FROM mirror.event ORDER BY seq DESC LIMIT 1");
}

Result<bool> mirror_holds(Database& db, const Head& head) {
    auto select = TRY(db.prepare("SELECT 1 FROM mirror.event WHERE seq = ? AND hash = ?"));
    return select.bind(head.seq).bind(head.hash).step();
}

Result<Head> last_event(Database& db) {
    const auto last =
        TRY(newest(db, "SELECT seq, at_ms, hash FROM main.event ORDER BY seq DESC LIMIT 1"));
    if (last) return *last;
    return Error{Code::bad_input, "the backup holds no journal", "ledger.db", ""};
}

}  // namespace litura::ledger
