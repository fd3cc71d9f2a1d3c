// The one place that knows the columns of classes.
#include "ledger/class_rows.hpp"

namespace litura::ledger {

Result<std::vector<EntityRow>> read_entities(Database& db) {
    auto rows = TRY(db.prepare("SELECT number, event FROM entity ORDER BY number"));
    std::vector<EntityRow> found;
    while (TRY(rows.step()))
        found.push_back({rows.integer(0), static_cast<Sequence>(rows.integer(1))});
    return found;
}

Result<std::int64_t> next_class(Database& db) {
    auto last = TRY(db.prepare("SELECT coalesce(max(number), 0) FROM class"));
    TRY(last.step());
    return last.integer(0) + 1;
}

Result<std::vector<ClassRow>> read_classes(Database& db) {
    auto rows = TRY(db.prepare(
        "SELECT number, entity, kind, purpose, mode, residence, scope, list, until_ms, at_ms,"
        " looked_up, matched, elsewhere, represented, left_it, event, settled FROM class"
        " ORDER BY number"));
    std::vector<ClassRow> found;
    while (TRY(rows.step())) {
        const auto count = [&](int column) {
            return static_cast<std::uint64_t>(rows.integer(column));
        };
        ClassRow row;
        row.number = rows.integer(0);
        row.entity = rows.integer(1);
        row.kind = TRY(parse_request_kind(rows.text(2)));
        row.purpose = rows.text(3);
        row.mode = TRY(parse_mode(rows.text(4)));
        row.residence = rows.text(5);
        row.scope = rows.text(6);
        if (!rows.is_null(7)) row.list = rows.digest(7);
        if (!rows.is_null(8)) row.until = Instant{rows.integer(8)};
        row.at = {rows.integer(9)};
        row.looked_up = count(10);
        row.matched = count(11);
        row.elsewhere = count(12);
        row.represented = count(13);
        row.left = count(14);
        row.event = count(15);
        row.settled = count(16);
        found.push_back(std::move(row));
    }
    return found;
}

Result<std::uint64_t> count_accounts_after(Database& db, Sequence event) {
    auto rows = TRY(db.prepare("SELECT count(*) FROM account WHERE event > ?"));
    TRY(rows.bind(event).step());
    return static_cast<std::uint64_t>(rows.integer(0));
}

Result<std::vector<Digest>> members_of(Database& db, std::int64_t number) {
    auto rows =
        TRY(db.prepare("SELECT DISTINCT person FROM class_member JOIN account ON account.event ="
                       " class_member.account WHERE class = ? AND standing <> ? ORDER BY person"));
    rows.bind(number).bind(to_text(Standing::left));
    std::vector<Digest> persons;
    while (TRY(rows.step())) persons.push_back(rows.digest(0));
    return persons;
}

Result<std::optional<Standing>> standing_of(Database& db, std::int64_t number, Sequence account) {
    auto rows =
        TRY(db.prepare("SELECT standing FROM class_member WHERE class = ? AND account = ?"));
    if (!TRY(rows.bind(number).bind(account).step())) return std::optional<Standing>();
    return std::optional(TRY(parse_standing(rows.text(0))));
}

Result<std::optional<std::int64_t>> speaks_already(Database& db, const Digest& person,
                                                   std::int64_t besides, RequestKind kind,
                                                   std::string_view purpose) {
    auto rows = TRY(db.prepare(
        "SELECT class.number FROM class_member JOIN account ON account.event ="
        " class_member.account JOIN class ON class.number = class_member.class WHERE"
        " account.person = ? AND class.number <> ? AND class.kind = ? AND class.purpose = ?"
        " AND standing <> ? ORDER BY class.number LIMIT 1"));
    rows.bind(person).bind(besides).bind(to_text(kind)).bind(purpose);
    if (!TRY(rows.bind(to_text(Standing::left)).step())) return std::optional<std::int64_t>();
    return std::optional(rows.integer(0));
}

}  // namespace litura::ledger
