// The one place that knows the columns of requests, their marks, names and findings.
#include "ledger/request_rows.hpp"

#include "ledger/core.hpp"
#include "ledger/request_kind.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kRequestPrefix = "q-";

Result<Query> select_requests(Database& db, std::string_view tail) {
    return db.prepare(
        "SELECT number, kind, state, person, handle, record, verified_by, accepted_ms, due_ms,"
        " suppressed_ms, destroyed_ms, derived_ms, event, extended_ms, answered_ms,"
        " lift_notice_ms, denied_for, role, authorised, purpose FROM request " +
        std::string(tail));
}

Result<RequestRow> request_in(const Query& row) {
    RequestRow out{row.integer(0), static_cast<Sequence>(row.integer(12)), row.text(19), {}};
    Request& request = out.request;
    request.id = request_id(row.integer(0));
    request.kind = TRY(parse_request_kind(row.text(1)));
    request.state = TRY(parse_request_state(row.text(2)));
    request.person = row.digest(3);
    request.handle = row.text(4);
    if (!row.is_null(5)) request.record = row.digest(5);
    if (!row.is_null(6)) request.verified_by = row.text(6);
    request.accepted_at = {row.integer(7)};
    request.due = {row.integer(8)};
    request.suppressed_at = moment_in(row, 9);
    request.destroyed_at = moment_in(row, 10);
    request.derived_at = moment_in(row, 11);
    request.extended_at = moment_in(row, 13);
    request.answered_at = moment_in(row, 14);
    request.lift_notice_at = moment_in(row, 15);
    if (!row.is_null(16)) request.denied_for = row.text(16);
    if (!row.is_null(17)) request.role = TRY(parse_role(row.text(17)));
    request.authorised = row.integer(18) != 0;
    return out;
}

Result<std::vector<RequestRow>> all_of(Query rows) {
    std::vector<RequestRow> requests;
    while (TRY(rows.step())) requests.push_back(TRY(request_in(rows)));
    return requests;
}

Result<std::vector<BarredName>> names_in(Query rows) {
    std::vector<BarredName> names;
    while (TRY(rows.step()))
        names.push_back({rows.integer(0),
                         {rows.digest(1), static_cast<std::uint64_t>(rows.integer(2)),
                          static_cast<std::uint32_t>(rows.integer(3))}});
    return names;
}

}  // namespace

std::optional<Instant> moment_in(const Query& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(Instant{row.integer(column)});
}

std::string request_id(std::int64_t number) {
    return std::string(kRequestPrefix) + std::to_string(number);
}

Result<RequestRow> read_request(Database& db, std::string_view id) {
    const std::int64_t number = TRY(parse_number(id, kRequestPrefix));
    auto rows = TRY(select_requests(db, "WHERE number = ?"));
    rows.bind(number);
    if (TRY(rows.step())) return request_in(rows);
    return Error{Code::bad_input, "there is no such request", request_id(number),
                 "see `litura status`"};
}

Result<std::vector<RequestRow>> read_requests(Database& db) {
    return all_of(TRY(select_requests(db, "ORDER BY number")));
}

Result<std::vector<RequestRow>> requests_in(Database& db, RequestState state) {
    auto rows = TRY(select_requests(db, "WHERE state = ? ORDER BY number"));
    rows.bind(to_text(state));
    return all_of(std::move(rows));
}

Result<std::vector<RequestRow>> requests_of(Database& db, const Digest& person) {
    auto rows = TRY(select_requests(db, "WHERE person = ? ORDER BY number"));
    rows.bind(person);
    return all_of(std::move(rows));
}

Result<std::set<std::string>> ids_to_carry_out(Database& db) {
    auto select = TRY(db.prepare(
        "SELECT number FROM request LEFT JOIN bar ON bar.event = request.event"
        " WHERE state = 'accepted' AND (bar.event IS NOT NULL OR request.authorised = 0)"));
    std::set<std::string> ids;
    while (TRY(select.step())) ids.insert(request_id(select.integer(0)));
    return ids;
}

Result<std::vector<BarredName>> names_of_request(Database& db, std::int64_t number) {
    auto rows = TRY(db.prepare("SELECT request, tag, short, words FROM name WHERE request = ?"));
    rows.bind(number);
    return names_in(std::move(rows));
}

Result<std::vector<BarredName>> names_in_force(Database& db) {
    return names_in(
        TRY(db.prepare("SELECT request, tag, short, words FROM name WHERE in_force = 1")));
}

Result<std::optional<std::int64_t>> request_about(Database& db, const Digest& name) {
    auto rows = TRY(db.prepare("SELECT min(request) FROM name WHERE tag = ?"));
    TRY(rows.bind(name).step());
    return rows.is_null(0) ? std::optional<std::int64_t>() : std::optional(rows.integer(0));
}

Result<std::vector<FoundRecord>> found_for(Database& db, std::int64_t number, bool barred) {
    auto rows =
        TRY(db.prepare("SELECT record, wording FROM found WHERE request = ? AND barred = ?"
                       " ORDER BY event, record, wording"));
    rows.bind(number).bind(std::int64_t{barred});
    std::vector<FoundRecord> found;
    while (TRY(rows.step())) {
        FoundRecord each{rows.digest(0), {}};
        if (!rows.is_null(1)) each.wording = rows.digest(1);
        found.push_back(each);
    }
    return found;
}

Result<std::optional<Filed>> filed_under(Database& db, const Digest& mark) {
    auto rows = TRY(db.prepare("SELECT request, content FROM filing WHERE mark = ?"));
    if (!TRY(rows.bind(mark).step())) return std::optional<Filed>();
    return std::optional(Filed{rows.integer(0), rows.digest(1)});
}

Result<bool> bar_stands(Database& db, const RequestRow& row, LaterConsent later) {
    auto rows = TRY(db.prepare(
        "SELECT count(*), count(CASE WHEN NOT EXISTS (SELECT 1 FROM ground WHERE ground.person ="
        " bar.person AND basis = 'consent' AND ground.purpose = bar.purpose AND ground.at_ms >"
        " bar.at_ms) THEN 1 END) FROM bar WHERE event = ?"));
    TRY(rows.bind(row.event).step());
    return rows.integer(later == LaterConsent::lifts ? 1 : 0) > 0;
}

Result<Instant> last_refusal(Database& db, const Digest& person, BarKind kind,
                             std::string_view purpose) {
    auto last =
        TRY(db.prepare("SELECT max(at_ms) FROM bar WHERE person = ? AND kind = ? AND purpose = ?"));
    TRY(last.bind(person).bind(to_text(kind)).bind(purpose).step());
    return Instant{last.integer(0)};
}

Result<std::optional<bool>> lifting_announced(Database& db, const Digest& person) {
    auto rows = TRY(db.prepare(
        "SELECT count(*), count(lift_notice_ms) FROM bar LEFT JOIN request ON request.event ="
        " bar.event WHERE bar.kind = ? AND bar.person = ?"));
    TRY(rows.bind(to_text(BarKind::restriction)).bind(person).step());
    if (rows.integer(0) == 0) return std::optional<bool>();
    return std::optional(rows.integer(1) > 0);
}

Result<std::int64_t> next_request(Database& db) {
    auto last = TRY(db.prepare("SELECT coalesce(max(number), 0) FROM request"));
    TRY(last.step());
    return last.integer(0) + 1;
}

Result<void> check_open(const RequestRow& row) {
    if (!is_closed(row.request)) return done();
    return Error{Code::forbidden,
                 "the request was " + std::string(to_text(row.request.state)) + " already",
                 row.request.id, "whoever still wants it files it again"};
}

Result<void> check_destroys(const RequestRow& row) {
    if (destroys(row.request.kind)) return done();
    return Error{Code::bad_input, "this kind of request destroys nothing", row.request.id,
                 "see `litura status`"};
}

Result<bool> waits_for_destruction(Database& db, const RequestRow& row) {
    return bar_stands(db, row, LaterConsent::ignored);
}

}  // namespace litura::ledger
