#include "derive/request_rows.hpp"

#include <vector>

#include <fmt/format.h>

namespace litura::derive {
namespace {

constexpr const char* kTables[] = {"report", "pending_text"};

std::string_view table_of(Kept what) { return kTables[what == Kept::pending_text]; }

}  // namespace

Result<void> keep_sealed(Database& db, Kept what, std::string_view request, ByteView sealed) {
    auto transaction = TRY(db.begin());
    db.rows_changed(table_of(what));
    auto insert =
        TRY(db.prepare(fmt::format("INSERT INTO {} (request, sealed) VALUES (?, ?)"
                                   " ON CONFLICT (request) DO UPDATE SET sealed = excluded.sealed",
                                   table_of(what))));
    TRY(insert.bind(request).bind(sealed).run());
    return transaction.commit();
}

Result<std::optional<Bytes>> kept_sealed(Database& db, Kept what, std::string_view request) {
    auto select =
        TRY(db.prepare(fmt::format("SELECT sealed FROM {} WHERE request = ?", table_of(what))));
    if (!TRY(select.bind(request).step())) return std::optional<Bytes>();
    return std::optional<Bytes>(select.blob(0));
}

Result<void> keep_only(Database& db, Kept what, const std::set<std::string>& requests) {
    auto transaction = TRY(db.begin());
    db.rows_changed(table_of(what));
    std::vector<std::string> over;
    auto select = TRY(db.prepare(fmt::format("SELECT request FROM {}", table_of(what))));
    while (TRY(select.step())) {
        if (!requests.contains(select.text(0))) over.push_back(select.text(0));
    }
    auto remove = TRY(db.prepare(fmt::format("DELETE FROM {} WHERE request = ?", table_of(what))));
    for (const std::string& request : over) TRY(remove.bind(request).run());
    return transaction.commit();
}

Result<void> mirror_kept(Database& db) {
    for (const char* table : kTables) TRY(db.replace_beside(table, "mirror"));
    return done();
}

// An older program's mirror has no such tables.
Result<void> take_mirrored_kept(Database& db) {
    for (const char* table : kTables) {
        TRY(db.make_beside(table, "mirror"));
        TRY(db.execute(
            fmt::format("DELETE FROM main.{0} WHERE request IN (SELECT request FROM mirror.{0});"
                        "INSERT INTO main.{0} SELECT * FROM mirror.{0}",
                        table)));
    }
    return done();
}

}  // namespace litura::derive
