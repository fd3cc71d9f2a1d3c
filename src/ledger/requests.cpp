// Requests: acceptance with its bars, authority, verification, and the moments that follow. Each
// moment is an event of its own, and none is recorded before the one it rests on.
#include <algorithm>

#include "ledger/impl.hpp"
#include "ledger/request_row.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kAccountControl[] = {"account", "account-login", "account-control",
                                                "email", "claim", "none"};

/// The method, never a name or address of the person: it stays when the person is erased.
Result<void> check_method(std::string_view method) {
    constexpr std::size_t kBytesMax = 64;
    const bool plain =
        method.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-") == method.npos;
    if (!method.empty() && method.size() <= kBytesMax && plain) return done();
    return Error{Code::bad_input, "a method of verification is a short name", "",
                 "write how the person was verified, such as letter, in-person or eid"};
}

Error unknown_person() {
    return {Code::bad_input, "nobody is known under this handle", "", "see `litura person list`"};
}

/// A request of the same kind about the same thing, by the person, whose effect still stands:
/// asking again changes nothing. What others filed for the person is not touched by it.
Result<std::optional<Request>> standing(Database& db, const Ledger::Ask& ask,
                                        std::string_view purpose) {
    constexpr std::string_view kStanding =
        "WHERE person = ? AND kind = ? AND record IS ? AND role IS NULL AND state NOT IN"
        " ('denied', 'revoked') AND CASE"
        "  WHEN kind IN ('objection', 'withdrawal') THEN purpose = ? AND EXISTS (SELECT 1 FROM bar"
        "    WHERE bar.event = request.event AND NOT EXISTS (SELECT 1 FROM ground WHERE "
        "ground.person = bar.person"
        "      AND basis = 'consent' AND ground.purpose = bar.purpose AND ground.at_ms > "
        "bar.at_ms))"
        "  WHEN kind = 'restriction' THEN EXISTS (SELECT 1 FROM bar WHERE bar.event = "
        "request.event)"
        "  WHEN kind IN ('erasure', 'rectification', 'access', 'portability')"
        "    THEN state = 'accepted'"
        "  ELSE 0 END ORDER BY number DESC LIMIT 1";
    if (ask.by) return std::optional<Request>();
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
    if (ask.verified_by) TRY(check_verification(ask.kind, *ask.verified_by));
    if (ask.kind == RequestKind::question) {
        return Error{Code::bad_input, "a question is somebody's own text", "",
                     "litura request text FILE"};
    }
    const bool rectifies = ask.kind == RequestKind::rectification;
    if (rectifies == ask.record.has_value() || ask.kind == RequestKind::erasure) return done();
    return Error{Code::bad_input,
                 ask.record ? "only an erasure or a rectification is about one record"
                            : "a rectification needs its record",
                 "", "give --record R"};
}

/// Art. 18(3): whoever obtained a restriction is told before it is lifted. If the person asks for
/// it, they know.
Result<void> check_lifting(Database& db, const Ledger::Ask& ask) {
    auto rows = TRY(db.prepare(
        "SELECT max(lift_notice_ms IS NOT NULL) FROM bar LEFT JOIN request ON request.event ="
        " bar.event WHERE bar.kind = 'restriction' AND bar.person = ?"));
    rows.bind(ask.person);
    TRY(rows.step());
    if (rows.is_null(0)) {
        return Error{Code::forbidden, "no restriction is in force for this person", "",
                     "see `litura status`"};
    }
    if (ask.verified_by || rows.integer(0) != 0) return done();
    return Error{Code::forbidden,
                 "a restriction is lifted only after the person was told (GDPR Art. 18(3))", "",
                 "litura request lift-notice ID --letter F; or, if the person asks for it, "
                 "--verified HOW"};
}

Bytes content_of(const Ledger::Ask& ask, std::string_view purpose) {
    ByteWriter fields;
    fields.text("litura.filing.content.1");
    fields.text(to_text(ask.kind));
    fields.raw(ask.person.view());
    fields.raw(ask.record.value_or(Digest()).view());
    fields.text(purpose);
    fields.text(ask.by ? to_text(ask.by->role) : "");
    fields.blob(ask.filing->content);
    return fields.take();
}

Digest mark_of(const SecretKey& identity, std::string_view mark) {
    ByteWriter fields;
    fields.text("litura.filing.1");
    fields.text(mark);
    return hmac(identity.reveal(), fields.bytes());
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


Result<void> check_verification(RequestKind kind, std::string_view method) {
    TRY(check_method(method));
    const bool weak = std::ranges::find(kAccountControl, method) != std::end(kAccountControl);
    if (!weak || !needs_verification(kind)) return done();
    return Error{Code::forbidden,
                 "control of an account is enough to take somebody out of the model, not to destroy "
                 "or disclose what is held (GDPR Art. 5(1)(f), 12(6))",
                 std::string(method),
                 "file it without --verified: it is suppressed at once; then litura request verify "
                 "with a method such as letter, in-person or eid"};
}

Digest request_key(std::string_view id) { return sha256("litura.request " + std::string(id)); }

Instant Ledger::Impl::due(Instant received) const {
    return months_after(received, calendar.months, calendar);
}

Result<SecretKey> Ledger::Impl::key_of_request(std::int64_t number) {
    return keys.get_or_create(request_key(request_id(number)), keys::KeyKind::request);
}

// The same mark on something else is a mistake of the sender's that must not pass for the request.
Result<std::optional<std::int64_t>> Ledger::Impl::filed(std::string_view mark, ByteView content) {
    auto rows = TRY(db->prepare("SELECT request, content FROM filing WHERE mark = ?"));
    rows.bind(mark_of(secrets->identity, mark));
    if (!TRY(rows.step())) return std::optional<std::int64_t>();
    const std::int64_t number = rows.integer(0);
    const SecretKey key = TRY(key_of_request(number));
    if (hmac(key.reveal(), content) == rows.digest(1)) return std::optional<std::int64_t>(number);
    return Error{Code::bad_input, "this idempotency key was used for another request", "",
                 "give every request a key of its own"};
}

Result<void> Ledger::Impl::add_filing(Json& payload, std::int64_t number, std::string_view mark,
                                      ByteView content) {
    const SecretKey key = TRY(key_of_request(number));
    payload["filing"] = mark_of(secrets->identity, mark).hex();
    payload["content"] = hmac(key.reveal(), content).hex();
    return done();
}

Result<bool> Ledger::is_filed(std::string_view mark) {
    return impl_->any("SELECT 1 FROM filing WHERE mark = ?",
                      mark_of(impl_->secrets->identity, mark));
}

Result<void> Ledger::Impl::add_paper(std::int64_t number, std::string_view what, ByteView text) {
    TRY(checked(text));
    const SecretKey key = TRY(key_of_request(number));
    const Json payload{
        {"request", number}, {"what", what}, {"mark", hmac(key.reveal(), text).hex()}};
    TRY(append(type::kPaper, std::nullopt, payload,
               keys::seal(key, text, bytes_of(request_id(number)))));
    return done();
}

Result<std::optional<Request>> Ledger::Impl::disclosure_first(const Digest& person,
                                                              RequestKind kind) {
    if (kind != RequestKind::erasure) return std::optional<Request>();
    auto rows = TRY(select_requests(
        *db,
        "WHERE person = ? AND kind IN ('access', 'portability') AND state = 'accepted'"
        " AND role IS NULL ORDER BY number LIMIT 1"));
    rows.bind(person);
    if (!TRY(rows.step())) return std::optional<Request>();
    return std::optional<Request>(TRY(request_in(rows)));
}

Result<Request> Ledger::accept(const Ask& ask, std::string_view purpose) {
    TRY(check_ask(ask, purpose));
    auto transaction = TRY(impl_->db->begin());
    if (ask.filing) {
        if (const auto number =
                TRY(impl_->filed(ask.filing->mark, content_of(ask, purpose))))
            return request(request_id(*number));
    }
    if (!TRY(impl_->any("SELECT 1 FROM account WHERE person = ?", ask.person))) {
        return unknown_person();
    }
    const bool held = TRY(impl_->disclosure_first(ask.person, ask.kind)).has_value();
    const bool verified = ask.verified_by && !held;
    if (const auto same = TRY(standing(*impl_->db, ask, purpose))) {
        TRY(impl_->repeat(*same, purpose));
        if (ask.filing) {
            const RequestRow row = TRY(read_request(*impl_->db, same->id));
            Json payload{{"request", row.number}};
            TRY(impl_->add_filing(payload, row.number, ask.filing->mark,
                                  content_of(ask, purpose)));
            TRY(impl_->append(type::kMarked, std::nullopt, std::move(payload)));
        }
        const bool now_verified = verified && !same->verified_by;
        const Request request = now_verified ? TRY(verify(same->id, *ask.verified_by)) : *same;
        TRY(transaction.commit());
        return request;
    }
    if (ask.kind == RequestKind::lift_restriction) TRY(check_lifting(*impl_->db, ask));
    const std::int64_t number = TRY(next_request(*impl_->db));
    const Instant due = impl_->due(TRY(now()));
    Json payload{{"request", number},
                 {"kind", to_text(ask.kind)},
                 {"person", ask.person.hex()},
                 {"handle", handle(ask.person)},
                 {"purpose", purpose},
                 {"country", impl_->calendar.country},
                 {"due", due.ms}};
    if (ask.record) payload["record"] = ask.record->hex();
    if (verified) payload["verified_by"] = *ask.verified_by;
    if (ask.came) payload["channel"] = ask.came->name;
    if (ask.by) {
        payload["role"] = to_text(ask.by->role);
        payload["authorised"] = ask.by->authority.has_value() || verified;
    }
    if (ask.filing)
        TRY(impl_->add_filing(payload, number, ask.filing->mark, content_of(ask, purpose)));
    TRY(impl_->append(type::kAccepted, std::nullopt, std::move(payload)));
    if (ask.by) TRY(impl_->add_paper(number, "representative", ask.by->name));
    if (ask.by && ask.by->authority)
        TRY(impl_->add_paper(number, "authority", *ask.by->authority));
    if (ask.came) TRY(impl_->add_paper(number, "as it came", ask.came->bytes));
    TRY(transaction.commit());
    return request(request_id(number));
}

Result<Request> Ledger::classify(std::string_view id, const Ask& as, std::string_view purpose) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    TRY(check_open(row));
    if (row.request.kind != RequestKind::question || row.request.answered_at) {
        return Error{Code::forbidden, "the request has its kind, or its answer, already",
                     row.request.id, "see `litura status`"};
    }
    TRY(check_ask(as, purpose));
    if (!TRY(impl_->any("SELECT 1 FROM account WHERE person = ?", as.person)))
        return unknown_person();
    if (as.kind == RequestKind::lift_restriction) TRY(check_lifting(*impl_->db, as));
    Json payload{{"request", row.number},
                 {"kind", to_text(as.kind)},
                 {"person", as.person.hex()},
                 {"handle", handle(as.person)},
                 {"purpose", purpose}};
    if (as.record) payload["record"] = as.record->hex();
    TRY(impl_->append(type::kClassified, std::nullopt, std::move(payload)));
    TRY(transaction.commit());
    return request(id);
}

Result<Request> Ledger::authorise(std::string_view id, ByteView authority) {
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    TRY(check_open(row));
    if (!row.request.role) {
        return Error{Code::bad_input, "nobody else filed this request", row.request.id,
                     "see `litura status`"};
    }
    TRY(impl_->add_paper(row.number, "authority", authority));
    if (!row.request.authorised)
        TRY(impl_->append(type::kAuthorised, std::nullopt, Json{{"request", row.number}}));
    TRY(transaction.commit());
    return request(id);
}

// A person who was verified speaks for themselves: whoever filed it needs no authority any more.
Result<Request> Ledger::verify(std::string_view id, std::string_view method) {
    TRY(check_method(method));
    auto transaction = TRY(impl_->db->begin());
    const RequestRow row = TRY(read_request(*impl_->db, id));
    if (row.request.verified_by) return row.request;
    TRY(check_open(row));
    TRY(check_verification(row.request.kind, method));
    if (const auto first = TRY(impl_->disclosure_first(row.request.person, row.request.kind))) {
        return Error{Code::forbidden,
                     "the person asked for their data too, and gets it before it is destroyed "
                     "(GDPR Art. 15)",
                     first->id,
                     "litura --json request verify " + first->id + " --method " +
                         std::string(method) + "; then this one"};
    }
    if (!row.request.authorised)
        TRY(impl_->append(type::kAuthorised, std::nullopt, Json{{"request", row.number}}));
    TRY(impl_->append(type::kVerified, std::nullopt,
                      Json{{"request", row.number}, {"method", method}}));
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
        "'accepted' AND authorised = 1 AND kind IN"
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
