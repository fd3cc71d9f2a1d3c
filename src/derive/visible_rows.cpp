#include "derive/visible_rows.hpp"

namespace litura::derive {
namespace {

std::string_view name_of(Visible which) {
    return which == Visible::current ? "current" : "derived";
}

}  // namespace

Result<std::optional<VisibleRow>> visible_row(Database& db, Visible which) {
    auto select = TRY(db.prepare(
        "SELECT model, manifest, sequence, valid_until_ms, suppressed, tokens, deferred_persons,"
        " deferred_records, deferred_tokens FROM visible WHERE name = ?"));
    select.bind(name_of(which));
    if (!TRY(select.step())) return std::optional<VisibleRow>();
    const auto count = [&](int column) {
        return static_cast<std::uint64_t>(select.integer(column));
    };
    VisibleRow row{select.digest(0), select.digest(1), count(2), {},      select.integer(4) != 0,
                   count(5),         count(6),         count(7), count(8)};
    if (!select.is_null(3)) row.valid_until = Instant{select.integer(3)};
    return std::optional<VisibleRow>(row);
}

Result<void> set_visible(Database& db, Visible which, const VisibleRow& row) {
    auto transaction = TRY(db.begin());
    db.rows_changed("visible");
    auto remove = TRY(db.prepare("DELETE FROM visible WHERE name = ?"));
    TRY(remove.bind(name_of(which)).run());
    auto insert =
        TRY(db.prepare("INSERT INTO visible (name, model, manifest, sequence, suppressed, tokens,"
                       " deferred_persons, deferred_records, deferred_tokens, valid_until_ms)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(name_of(which)).bind(row.model).bind(row.manifest);
    for (const std::uint64_t count :
         {std::uint64_t{row.sequence}, std::uint64_t{row.suppressed}, row.tokens,
          row.deferred_persons, row.deferred_records, row.deferred_tokens})
        insert.bind(static_cast<std::int64_t>(count));
    if (row.valid_until) insert.bind(row.valid_until->ms);
    if (!row.valid_until) insert.bind_null();
    TRY(insert.run());
    return transaction.commit();
}

Result<void> found_admissible_at(Database& db, const Digest& manifest, ledger::Sequence sequence) {
    auto transaction = TRY(db.begin());
    db.rows_changed("visible");
    auto update =
        TRY(db.prepare("UPDATE visible SET sequence = ? WHERE name = 'current' AND manifest = ?"));
    TRY(update.bind(static_cast<std::int64_t>(sequence)).bind(manifest).run());
    return transaction.commit();
}

Result<void> set_visible_persons(Database& db, const std::set<Digest>& persons) {
    auto transaction = TRY(db.begin());
    db.rows_changed("visible_person");
    TRY(db.execute("DELETE FROM visible_person"));
    auto insert = TRY(db.prepare("INSERT INTO visible_person VALUES (?)"));
    for (const Digest& person : persons) TRY(insert.bind(person).run());
    return transaction.commit();
}

Result<bool> visible_model_used(Database& db, const Digest& person) {
    auto select = TRY(db.prepare("SELECT 1 FROM visible_person WHERE person = ?"));
    return select.bind(person).step();
}

Result<void> withdraw_visible_model(Database& db) {
    auto transaction = TRY(db.begin());
    db.rows_changed("visible");
    db.rows_changed("visible_person");
    TRY(db.execute("DELETE FROM visible WHERE name = 'current'; DELETE FROM visible_person"));
    return transaction.commit();
}

Result<void> leave_visible_out(Database& db) {
    return db.execute("DELETE FROM visible; DELETE FROM visible_person");
}

}  // namespace litura::derive
