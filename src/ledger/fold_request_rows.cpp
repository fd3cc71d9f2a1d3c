// Most move one request on; acceptance, authority and classification set its bars, revocation takes
// them away.
#include "ledger/fold_requests.hpp"

#include "ledger/request_kind.hpp"

namespace litura::ledger {
namespace {

/// Until this version a request to disclose counted as answered when the person was verified; since
/// then only when they were handed their data, which is an event of its own.
constexpr std::int64_t kDeliveredApart = 3;

/// `change`: what follows SET, with the moment as ?1 and the request's number as ?2.
Result<void> change_request(Database& db, const Event& event, Fields& in, std::string_view change) {
    auto update =
        TRY(db.prepare("UPDATE request SET " + std::string(change) + " WHERE number = ?2"));
    return update.bind(event.at.ms).bind(in.integer("request")).run();
}

/// The bars that a request sets from its acceptance on.
Result<void> bars_of_request(Database& db, const Event& event, std::int64_t number) {
    auto rows = TRY(db.prepare(
        "SELECT kind, person, record, purpose, accepted_ms FROM request WHERE number = ?"));
    rows.bind(number);
    if (!TRY(rows.step())) return Error{Code::broken, "an event names no request", "", ""};
    const RequestTraits& kind = traits(TRY(parse_request_kind(rows.text(0))));
    const Digest person = rows.digest(1);
    const auto record = rows.is_null(2) ? std::nullopt : std::optional(rows.digest(2));
    const std::string purpose = kind.for_purpose ? rows.text(3) : std::string();
    if (kind.bar) {
        const Instant at{rows.integer(4)};
        return insert_bar(db, event, {to_text(*kind.bar), at, purpose, person, record, {}, {}});
    }
    if (kind.kind != RequestKind::lift_restriction) return done();
    auto lift = TRY(db.prepare("DELETE FROM bar WHERE person = ? AND kind = ?"));
    return lift.bind(person).bind(to_text(BarKind::restriction)).run();
}

/// The kind and the state of the request that an event is about.
Result<std::pair<RequestKind, RequestState>> kind_and_state(Database& db, std::int64_t number) {
    auto rows = TRY(db.prepare("SELECT kind, state FROM request WHERE number = ?"));
    if (!TRY(rows.bind(number).step()))
        return Error{Code::broken, "an event names no request", "", ""};
    return std::pair(TRY(parse_request_kind(rows.text(0))), TRY(parse_request_state(rows.text(1))));
}

Result<void> set_state(Database& db, std::int64_t number, RequestState state) {
    auto update = TRY(db.prepare("UPDATE request SET state = ? WHERE number = ?"));
    return update.bind(to_text(state)).bind(number).run();
}

Result<void> insert_request(Database& db, const Event& event, Fields& in) {
    auto insert =
        TRY(db.prepare("INSERT INTO request (number, kind, state, person, handle, record, purpose,"
                       " verified_by, role, authorised, accepted_ms, due_ms, answered_ms, event)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    const RequestKind kind = TRY(parse_request_kind(in.text("kind")));
    const auto verified_by = in.text_if("verified_by");
    const auto role = in.text_if("role");
    const bool answered =
        event.version < kDeliveredApart && discloses(kind) && verified_by.has_value();
    insert.bind(in.integer("request")).bind(to_text(kind));
    insert.bind(to_text(answered ? RequestState::answered : RequestState::accepted));
    insert.bind(in.digest("person")).bind(in.text("handle"));
    bind_if(insert, in.digest_if("record")).bind(in.text("purpose"));
    bind_if(insert, verified_by);
    bind_if(insert, role).bind(std::int64_t{!role || in.flag("authorised")});
    insert.bind(in.integer_if("received").value_or(event.at.ms)).bind(in.integer("due"));
    bind_if(insert, answered ? std::optional(event.at.ms) : std::nullopt);
    return insert.bind(event.seq).run();
}

}  // namespace

Result<void> marked(Database& db, const Event& event, Fields& in) {
    const auto key = in.digest_if("filing");
    if (!key) return done();
    auto insert = TRY(db.prepare("INSERT INTO filing VALUES (?, ?, ?, ?)"));
    insert.bind(*key).bind(in.integer("request")).bind(in.digest("content"));
    return insert.bind(event.seq).run();
}

/// The same no once more: it counts from this moment too.
Result<void> repeated(Database& db, const Event& event, Fields& in) {
    const std::string kind = in.text("kind"), purpose = in.text("purpose");
    TRY(insert_bar(db, event, {kind, event.at, purpose, in.digest("person"), {}, {}, {}}));
    auto insert = TRY(db.prepare("INSERT INTO repeat VALUES (?, ?)"));
    return insert.bind(event.seq).bind(in.integer("request")).run();
}

/// Whoever asks for somebody else without evidence of authority bars nobody yet.
Result<void> accepted(Database& db, const Event& event, Fields& in) {
    TRY(marked(db, event, in));
    TRY(insert_request(db, event, in));
    const bool waits = in.text_if("role") && !in.flag("authorised");
    return waits ? done() : bars_of_request(db, event, in.integer("request"));
}

/// Nobody is barred yet: records are, when they were looked through.
Result<void> outsider(Database& db, const Event& event, Fields& in) {
    TRY(insert_request(db, event, in));
    const auto tag = in.digest_if("name");
    if (!tag) return done();
    auto insert = TRY(db.prepare("INSERT INTO name VALUES (?, ?, ?, ?, 0)"));
    insert.bind(in.integer("request")).bind(*tag).bind(in.integer("short"));
    return insert.bind(in.integer("words")).run();
}

Result<void> verified(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare("UPDATE request SET verified_by = ? WHERE number = ?"));
    TRY(update.bind(in.text("method")).bind(in.integer("request")).run());
    const std::int64_t number = in.integer("request");
    if (event.version >= kDeliveredApart || !discloses(TRY(kind_and_state(db, number)).first))
        return done();
    return handed_over(db, event, in);
}

Result<void> handed_over(Database& db, const Event& event, Fields& in) {
    TRY(set_state(db, in.integer("request"), RequestState::answered));
    return change_request(db, event, in, "answered_ms = ?1");
}

Result<void> authorised(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare("UPDATE request SET authorised = 1, event = ? WHERE number = ?"));
    TRY(update.bind(event.seq).bind(in.integer("request")).run());
    return bars_of_request(db, event, in.integer("request"));
}

/// Its moments stay: it was received when the text came.
Result<void> classified(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare(
        "UPDATE request SET kind = ?, person = ?, handle = ?, record = ?, purpose = ?, event = ?"
        " WHERE number = ?"));
    update.bind(in.text("kind")).bind(in.digest("person")).bind(in.text("handle"));
    bind_if(update, in.digest_if("record")).bind(in.text("purpose")).bind(event.seq);
    TRY(update.bind(in.integer("request")).run());
    return bars_of_request(db, event, in.integer("request"));
}

Result<void> extended(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare("UPDATE request SET due_ms = ? WHERE number = ?"));
    TRY(update.bind(in.integer("due")).bind(in.integer("request")).run());
    return change_request(db, event, in, "extended_ms = ?1");
}

/// What was suppressed stays suppressed: no bar is lifted by a denial.
Result<void> denied(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare("UPDATE request SET denied_for = ? WHERE number = ?"));
    TRY(update.bind(in.text("reason")).bind(in.integer("request")).run());
    return change_request(db, event, in, "state = 'denied', answered_ms = ?1");
}

/// As if it had never been asked: its bars fall, on the person and on what was found for it.
Result<void> revoked(Database& db, const Event& event, Fields& in) {
    const std::int64_t number = in.integer("request");
    for (const char* remove :
         {"DELETE FROM bar WHERE event IN (SELECT event FROM request WHERE number = ?1"
          " UNION SELECT event FROM repeat WHERE request = ?1"
          " UNION SELECT event FROM found WHERE request = ?1)",
          "DELETE FROM repeat WHERE request = ?1", "DELETE FROM found WHERE request = ?1",
          "DELETE FROM name WHERE request = ?1"}) {
        auto statement = TRY(db.prepare(remove));
        TRY(statement.bind(number).run());
    }
    return change_request(db, event, in, "state = 'revoked', answered_ms = ?1");
}

Result<void> answered(Database& db, const Event& event, Fields& in) {
    const std::int64_t number = in.integer("request");
    if (TRY(kind_and_state(db, number)).first == RequestKind::question)
        TRY(set_state(db, number, RequestState::answered));
    return change_request(db, event, in, "answered_ms = coalesce(answered_ms, ?1)");
}

Result<void> lift_notice(Database& db, const Event& event, Fields& in) {
    return change_request(db, event, in, "lift_notice_ms = ?1");
}

Result<void> suppressed(Database& db, const Event& event, Fields& in) {
    const std::int64_t number = in.integer("request");
    const auto [kind, state] = TRY(kind_and_state(db, number));
    if (suppresses(kind) && state == RequestState::accepted)
        TRY(set_state(db, number, RequestState::suppressed));
    return change_request(db, event, in, "suppressed_ms = coalesce(suppressed_ms, ?1)");
}

/// With an erasure, what the same person asked about a record that is gone with it has come true
/// too.
Result<void> destroyed(Database& db, const Event& event, Fields& in) {
    auto update = TRY(
        db.prepare("UPDATE request SET destroyed_ms = ?1, state = 'destroyed' WHERE number = ?2 OR"
                   " number IN (SELECT other.number FROM request AS erased"
                   "  JOIN request AS other ON other.person = erased.person"
                   "  WHERE erased.number = ?2 AND erased.kind = 'erasure'"
                   "  AND other.state = 'accepted'"
                   "  AND other.record = coalesce(erased.record, other.record))"));
    return update.bind(event.at.ms).bind(in.integer("request")).run();
}

Result<void> derived(Database& db, const Event& event, Fields& in) {
    auto update = TRY(
        db.prepare("UPDATE request SET derived_ms = ?1, suppressed_ms = coalesce(suppressed_ms, "
                   "?1), state = 'derived' WHERE number = ?2"));
    for (const std::int64_t number : in.integers("requests")) {
        TRY(update.bind(event.at.ms).bind(number).run());
    }
    return done();
}

}  // namespace litura::ledger
