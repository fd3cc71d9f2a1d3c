// The one place that knows the order of a request's columns.
#include "ledger/request_row.hpp"

#include "ledger/impl.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kPrefix = "q-";

std::optional<Instant> moment(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional(Instant{row.integer(column)});
}

}  // namespace

std::string request_id(std::int64_t number) {
    return std::string(kPrefix) + std::to_string(number);
}

Result<Statement> select_requests(Database& db, std::string_view tail) {
    return db.prepare(
        "SELECT number, kind, state, person, handle, record, verified_by, accepted_ms, due_ms,"
        " suppressed_ms, destroyed_ms, derived_ms, event, extended_ms, answered_ms,"
        " lift_notice_ms, denied_for, role, authorised FROM request " +
        std::string(tail));
}

Result<Request> request_in(const Statement& row) {
    Request request;
    request.id = request_id(row.integer(0));
    request.kind = TRY(parse_request_kind(row.text(1)));
    request.state = TRY(parse_request_state(row.text(2)));
    request.person = row.digest(3);
    request.handle = row.text(4);
    if (!row.is_null(5)) request.record = row.digest(5);
    if (!row.is_null(6)) request.verified_by = row.text(6);
    request.accepted_at = {row.integer(7)};
    request.due = {row.integer(8)};
    request.suppressed_at = moment(row, 9);
    request.destroyed_at = moment(row, 10);
    request.derived_at = moment(row, 11);
    request.extended_at = moment(row, 13);
    request.answered_at = moment(row, 14);
    request.lift_notice_at = moment(row, 15);
    if (!row.is_null(16)) request.denied_for = row.text(16);
    if (!row.is_null(17)) request.role = TRY(parse_role(row.text(17)));
    request.authorised = row.integer(18) != 0;
    return request;
}

Result<RequestRow> read_request(Database& db, std::string_view id) {
    const std::int64_t number = TRY(parse_number(id, kPrefix));
    auto rows = TRY(select_requests(db, "WHERE number = ?"));
    rows.bind(number);
    if (!TRY(rows.step())) {
        return Error{Code::bad_input, "there is no such request", request_id(number),
                     "see `litura status`"};
    }
    Request request = TRY(request_in(rows));
    return RequestRow{number, static_cast<Sequence>(rows.integer(12)), std::move(request)};
}

BarredName barred_name_in(const Statement& row) {
    return {row.integer(0),
            {row.digest(1), static_cast<std::uint64_t>(row.integer(2)),
             static_cast<std::uint32_t>(row.integer(3))}};
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
    const RequestKind kind = row.request.kind;
    if (kind == RequestKind::erasure || kind == RequestKind::rectification) {
        return done();
    }
    return Error{Code::bad_input, "this kind of request destroys nothing", row.request.id,
                 "see `litura status`"};
}

Result<bool> waits_for_destruction(Database& db, const RequestRow& row) {
    auto rows = TRY(db.prepare("SELECT 1 FROM bar WHERE event = ?"));
    rows.bind(row.event);
    return rows.step();
}

}  // namespace litura::ledger
