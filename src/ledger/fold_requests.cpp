// Most move one request on; acceptance, authority and classification set its bars, revocation takes
// them away.
#include "ledger/fold_requests.hpp"

namespace litura::ledger {
namespace {

/// `change`: what follows SET, with the moment as ?1 and the request's number as ?2.
Result<void> change_request(Database& db, const Event& event, Fields& in, std::string_view change) {
    auto update =
        TRY(db.prepare("UPDATE request SET " + std::string(change) + " WHERE number = ?2"));
    return update.bind(event.at.ms).bind(in.integer("request")).run();
}

/// The bars that a request sets from its acceptance on (DESIGN: section 6).
Result<void> bars_of_request(Database& db, const Event& event, std::int64_t number) {
    auto rows = TRY(db.prepare(
        "SELECT kind, person, record, purpose, accepted_ms FROM request WHERE number = ?"));
    rows.bind(number);
    if (!TRY(rows.step())) return Error{Code::broken, "an event names no request", "", ""};
    const RequestKind kind = TRY(parse_request_kind(rows.text(0)));
    const Digest person = rows.digest(1);
    const auto record = rows.is_null(2) ? std::nullopt : std::optional(rows.digest(2));
    const std::string purpose = rows.text(3);
    const Instant at{rows.integer(4)};
    const auto bar = [&](BarKind as, std::string_view for_purpose,
                         const std::optional<Digest>& on_record) {
        return insert_bar(db, event, {to_text(as), at, for_purpose, person, on_record, {}, {}});
    };
    switch (kind) {
        case RequestKind::objection: return bar(BarKind::objection, purpose, {});
        case RequestKind::withdrawal: return bar(BarKind::withdrawal, purpose, {});
        case RequestKind::restriction: return bar(BarKind::restriction, "", {});
        case RequestKind::erasure: return bar(BarKind::erasure, "", record);
        case RequestKind::rectification: return bar(BarKind::rectification, "", record);
        case RequestKind::lift_restriction: {
            auto lift =
                TRY(db.prepare("DELETE FROM bar WHERE person = ? AND kind = 'restriction'"));
            return lift.bind(person).run();
        }
        case RequestKind::access:
        case RequestKind::portability:
        case RequestKind::question: return done();
    }
    return done();
}

Result<void> insert_request(Database& db, const Event& event, Fields& in) {
    auto insert =
        TRY(db.prepare("INSERT INTO request (number, kind, state, person, handle, record, purpose,"
                       " verified_by, role, authorised, accepted_ms, due_ms, answered_ms, event)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    const RequestKind kind = TRY(parse_request_kind(in.text("kind")));
    const auto verified_by = in.text_if("verified_by");
    const auto role = in.text_if("role");
    const bool answered = discloses(kind) && verified_by.has_value();
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
    constexpr std::string_view kDiscloses = "kind IN ('access', 'portability')";
    return change_request(db, event, in,
                          "state = CASE WHEN " + std::string(kDiscloses) +
                              " THEN 'answered' ELSE state END, answered_ms = CASE WHEN " +
                              std::string(kDiscloses) + " THEN ?1 ELSE answered_ms END");
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
    return change_request(db, event, in,
                          "answered_ms = coalesce(answered_ms, ?1),"
                          " state = CASE kind WHEN 'question' THEN 'answered' ELSE state END");
}

Result<void> lift_notice(Database& db, const Event& event, Fields& in) {
    return change_request(db, event, in, "lift_notice_ms = ?1");
}

Result<void> suppressed(Database& db, const Event& event, Fields& in) {
    return change_request(db, event, in,
                          "suppressed_ms = ?1, state = CASE WHEN state = 'accepted' AND kind"
                          " IN ('objection', 'withdrawal', 'restriction', 'lift-restriction')"
                          " THEN 'suppressed' ELSE state END");
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
