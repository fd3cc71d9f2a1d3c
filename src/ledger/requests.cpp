// Requests: acceptance with its bars, verification, and the moments that follow. Each moment is an
// event of its own, and none is recorded before the one it rests on.
#include "ledger/impl.hpp"
#include "ledger/request_row.hpp"

namespace litura::ledger {
namespace {

/// The method, never a name or address of the person: it stays when the person is erased.
Result<void> check_method(std::string_view method) {
    constexpr std::size_t kBytesMax = 64;
    const bool plain =
        method.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-") == method.npos;
    if (!method.empty() && method.size() <= kBytesMax && plain) return done();
    return Error{Code::bad_input, "a method of verification is a short name", "",
                 "write how the person was verified, such as account-login or letter"};
}

Error unknown_person() {
    return {Code::bad_input, "nobody is known under this handle", "", "see `litura person list`"};
}

/// A request of the same kind about the same thing whose effect still stands: asking again
/// changes nothing.
Result<std::optional<Request>> standing(Database& db, const Ledger::Ask& ask,
                                        std::string_view purpose) {
    constexpr std::string_view kStanding =
        "WHERE person = ? AND kind = ? AND record IS ? AND CASE"
        "  WHEN kind IN ('objection', 'withdrawal') THEN purpose = ? AND EXISTS (SELECT 1 FROM bar"
        "    WHERE bar.event = request.event AND NOT EXISTS (SELECT 1 FROM ground WHERE "
        "ground.person = bar.person"
        "      AND basis = 'consent' AND ground.purpose = bar.purpose AND ground.at_ms > "
        "bar.at_ms))"
        "  WHEN kind = 'restriction' THEN EXISTS (SELECT 1 FROM bar WHERE bar.event = "
        "request.event)"
        "  WHEN kind IN ('erasure', 'rectification', 'access') THEN state = 'accepted'"
        "  ELSE 0 END ORDER BY number DESC LIMIT 1";
    auto rows = TRY(select_requests(db, kStanding));
    rows.bind(ask.person).bind(to_text(ask.kind));
    if (ask.record) {
        rows.bind(*ask.record);
    } else {
        rows.bind_null();
    }
    rows.bind(purpose);
    if (!TRY(rows.step())) return std::optional<Request>();
    return std::optional<Request>(TRY(request_in(rows)));
}

Result<void> check_ask(Ledger::Ask const& ask, std::string_view purpose) {
    TRY(check_name(purpose, "a purpose"));
    if (ask.verified_by) TRY(check_method(*ask.verified_by));
    const bool rectifies = ask.kind == RequestKind::rectification;
    if (rectifies == ask.record.has_value() || ask.kind == RequestKind::erasure) return done();
    return Error{Code::bad_input,
                 ask.record ? "only an erasure or a rectification is about one record"
                            : "a rectification needs its record",
                 "", "give --record R"};
}

}  // namespace

// A consent of the time between the two, found in an archive later, would end the first no only.
Result<void> Ledger::Impl::repeat(const Request& request, std::string_view purpose) {
    if (request.kind != RequestKind::objection && request.kind != RequestKind::withdrawal)
        return done();
    auto last =
        TRY(db->prepare("SELECT max(at_ms) FROM bar WHERE person = ? AND kind = ?"
                        " AND purpose = ?"));
    TRY(last.bind(request.person).bind(to_text(request.kind)).bind(purpose).step());
    if (Instant{last.integer(0)} >= TRY(moment(TRY(chain.head())))) return done();
    const std::int64_t number = TRY(parse_number(request.id, "q-"));
    const Json payload{{"request", number},
                       {"kind", to_text(request.kind)},
                       {"person", request.person.hex()},
                       {"purpose", purpose}};
    TRY(append(type::kRepeated, std::nullopt, payload));
    return done();
}

Result<Request> Ledger::accept(const Ask& ask, std::string_view purpose) {
    TRY(check_ask(ask, purpose));
    auto transaction = TRY(impl_->db->begin());
    if (!TRY(impl_->any("SELECT 1 FROM account WHERE person = ?", ask.person))) {
        return unknown_person();
    }
    if (const auto same = TRY(standing(*impl_->db, ask, purpose))) {
        TRY(impl_->repeat(*same, purpose));
        const bool now_verified = ask.verified_by && !same->verified_by;
        const Request request = now_verified ? TRY(verify(same->id, *ask.verified_by)) : *same;
        TRY(transaction.commit());
        return request;
    }
    if (ask.kind == RequestKind::lift_restriction &&
        !TRY(impl_->any("SELECT 1 FROM bar WHERE kind = 'restriction' AND person = ?",
                        ask.person))) {
        return Error{Code::forbidden, "no restriction is in force for this person", "",
                     "see `litura status`"};
    }
    const std::int64_t number = TRY(next_request(*impl_->db));
    Json payload{{"request", number},
                 {"kind", to_text(ask.kind)},
                 {"person", ask.person.hex()},
                 {"handle", handle(ask.person)},
                 {"purpose", purpose}};
    if (ask.record) payload["record"] = ask.record->hex();
    if (ask.verified_by) payload["verified_by"] = *ask.verified_by;
    TRY(impl_->append(type::kAccepted, std::nullopt, std::move(payload)));
    TRY(transaction.commit());
    return request(request_id(number));
}

Result<Request> Ledger::verify(std::string_view id, std::string_view method) {
    TRY(check_method(method));
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    if (!row.request.verified_by) {
        TRY(impl_->append(type::kVerified, std::nullopt,
                          Json{{"request", row.number}, {"method", method}}));
    }
    TRY(transaction.commit());
    return request(id);
}

Result<Request> Ledger::request(std::string_view id) {
    return TRY(read_request(*impl_->db, id)).request;
}

Result<std::vector<Request>> Ledger::requests() {
    auto rows = TRY(select_requests(*impl_->db, "ORDER BY number"));
    std::vector<Request> requests;
    while (TRY(rows.step())) requests.push_back(TRY(request_in(rows)));
    return requests;
}

Result<void> Ledger::mark_suppressed(std::string_view id) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    if (!row.request.suppressed_at) {
        TRY(impl_->append(type::kSuppressed, std::nullopt, Json{{"request", row.number}}));
    }
    return transaction.commit();
}

Result<void> Ledger::mark_destroyed(std::string_view id) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    if (row.request.destroyed_at) return transaction.commit();
    TRY(check_destroys(row));
    if (TRY(waits_for_destruction(*impl_->db, row))) {
        return Error{Code::forbidden, "nothing was destroyed for this request yet", row.request.id,
                     "verify it first: litura request verify"};
    }
    TRY(impl_->append(type::kDestroyed, std::nullopt, Json{{"request", row.number}}));
    return transaction.commit();
}

Result<void> Ledger::mark_derived() {
    auto transaction = TRY(impl_->db->begin());
    auto rows = TRY(impl_->db->prepare(
        "SELECT number FROM request WHERE state IN ('suppressed', 'destroyed') OR (state = "
        "'accepted' AND kind IN"
        " ('objection', 'withdrawal', 'restriction', 'lift-restriction')"
        " AND NOT EXISTS (SELECT 1 FROM found WHERE request = number AND barred = 0))"
        " ORDER BY number"));
    Json numbers = Json::array();
    while (TRY(rows.step())) numbers.push_back(rows.integer(0));
    if (!numbers.empty()) {
        TRY(impl_->append(type::kDerived, std::nullopt, Json{{"requests", std::move(numbers)}}));
    }
    return transaction.commit();
}

}  // namespace litura::ledger
