// Requests: acceptance with its bars, authority, verification, and the moments that follow. Each
// moment is an event of its own, and none is recorded before the one it rests on.
#include <algorithm>

#include "ledger/account_rows.hpp"
#include "ledger/core.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/request_rows.hpp"
#include "ledger/requests.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kAccountControl[] = {"account", "account-login", "account-control",
                                                "email",   "claim",         "none"};

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
Result<std::optional<Request>> standing(Database& db, const Ask& ask, std::string_view purpose) {
    if (ask.by) return std::optional<Request>();
    const RequestTraits& kind = traits(ask.kind);
    std::optional<Request> last;
    for (RequestRow& row : TRY(requests_of(db, ask.person))) {
        const Request& request = row.request;
        if (request.kind != ask.kind || request.record != ask.record || request.role ||
            is_closed(request) || (kind.for_purpose && row.purpose != purpose))
            continue;
        bool stands = false;
        switch (kind.stands) {
            case Stands::never: break;
            case Stands::while_open: stands = request.state == RequestState::accepted; break;
            case Stands::while_barred:
                stands = TRY(bar_stands(db, row, LaterConsent::ignored));
                break;
            case Stands::until_later_consent:
                stands = TRY(bar_stands(db, row, LaterConsent::lifts));
                break;
        }
        if (stands) last = std::move(row.request);
    }
    return last;
}

Result<void> check_ask(Ask const& ask, std::string_view purpose) {
    TRY(check_name(purpose, "a purpose"));
    if (ask.verified_by) TRY(check_verification(ask.kind, *ask.verified_by));
    if (ask.kind == RequestKind::question) {
        return Error{Code::bad_input, "a question is somebody's own text", "",
                     "litura request text FILE"};
    }
    const OneRecord one = traits(ask.kind).record;
    if (one == OneRecord::may_be || (one == OneRecord::always) == ask.record.has_value())
        return done();
    return Error{Code::bad_input,
                 ask.record ? "only an erasure or a rectification is about one record"
                            : "a rectification needs its record",
                 "", "give --record R"};
}

/// Art. 18(3): whoever obtained a restriction is told before it is lifted. If the person asks for
/// it, they know.
Result<void> check_lifting(Database& db, const Ask& ask) {
    const auto announced = TRY(lifting_announced(db, ask.person));
    if (!announced) {
        return Error{Code::forbidden, "no restriction is in force for this person", "",
                     "see `litura status`"};
    }
    if (ask.verified_by || *announced) return done();
    return Error{Code::forbidden,
                 "a restriction is lifted only after the person was told (GDPR Art. 18(3))", "",
                 "litura request lift-notice ID --letter F; or, if the person asks for it, "
                 "--verified HOW"};
}

/// Has a model that was derived now what this accepted request asked for? Where a person has to
/// decide about records, not before they did.
Result<bool> needs_no_more(Database& db, const RequestRow& row) {
    if (!row.request.authorised || !suppresses(row.request.kind)) return false;
    return TRY(found_for(db, row.number, false)).empty();
}

Bytes content_of(const Ask& ask, std::string_view purpose) {
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
Result<void> Core::repeat(const Request& request, std::string_view purpose) {
    const RequestTraits& kind = traits(request.kind);
    if (kind.stands != Stands::until_later_consent) return done();
    if (TRY(last_refusal(*db, request.person, *kind.bar, purpose)) >= TRY(now())) return done();
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
    return Error{
        Code::forbidden,
        "control of an account is enough to take somebody out of the model, not to destroy "
        "or disclose what is held (GDPR Art. 5(1)(f), 12(6))",
        std::string(method),
        "file it without --verified: it is suppressed at once; then litura request verify "
        "with a method such as letter, in-person or eid"};
}

Digest request_key(std::string_view id) { return sha256("litura.request " + std::string(id)); }

Instant Core::due(Instant received) const {
    return months_after(received, calendar.months, calendar);
}

Result<SecretKey> Core::key_of_request(std::int64_t number) {
    return keys.get_or_create(request_key(request_id(number)), keys::KeyKind::request);
}

// The same mark on something else is a mistake of the sender's that must not pass for the request.
Result<std::optional<std::int64_t>> Core::filed(std::string_view mark, ByteView content) {
    const auto found = TRY(filed_under(*db, mark_of(secrets->identity, mark)));
    if (!found) return std::optional<std::int64_t>();
    const SecretKey key = TRY(key_of_request(found->request));
    if (hmac(key.reveal(), content) == found->content) return std::optional(found->request);
    return Error{Code::bad_input, "this idempotency key was used for another request", "",
                 "give every request a key of its own"};
}

Result<void> Core::add_filing(Json& payload, std::int64_t number, std::string_view mark,
                              ByteView content) {
    const SecretKey key = TRY(key_of_request(number));
    payload["filing"] = mark_of(secrets->identity, mark).hex();
    payload["content"] = hmac(key.reveal(), content).hex();
    return done();
}

Result<bool> Requests::is_filed(std::string_view mark) {
    const Digest key = mark_of(core_->secrets->identity, mark);
    return TRY(filed_under(*core_->db, key)).has_value();
}

Result<void> Core::add_paper(std::int64_t number, std::string_view what, ByteView text) {
    TRY(checked(text));
    const SecretKey key = TRY(key_of_request(number));
    const Json payload{
        {"request", number}, {"what", what}, {"mark", hmac(key.reveal(), text).hex()}};
    TRY(append(type::kPaper, std::nullopt, payload,
               keys::seal(key, text, bytes_of(request_id(number)))));
    return done();
}

Result<std::optional<Request>> Core::disclosure_first(const Digest& person, RequestKind kind) {
    if (kind != RequestKind::erasure) return std::optional<Request>();
    for (RequestRow& row : TRY(requests_of(*db, person))) {
        if (discloses(row.request.kind) && row.request.state == RequestState::accepted &&
            !row.request.role)
            return std::optional(std::move(row.request));
    }
    return std::optional<Request>();
}

Result<Request> Requests::accept(const Ask& ask, std::string_view purpose) {
    TRY(check_ask(ask, purpose));
    auto transaction = TRY(core_->db->begin());
    if (ask.filing) {
        if (const auto number = TRY(core_->filed(ask.filing->mark, content_of(ask, purpose))))
            return read(request_id(*number));
    }
    if (!TRY(knows_person(*core_->db, ask.person))) {
        return unknown_person();
    }
    const bool held = TRY(core_->disclosure_first(ask.person, ask.kind)).has_value();
    const bool verified = ask.verified_by && !held;
    if (const auto same = TRY(standing(*core_->db, ask, purpose))) {
        TRY(core_->repeat(*same, purpose));
        if (ask.filing) {
            const RequestRow row = TRY(read_request(*core_->db, same->id));
            Json payload{{"request", row.number}};
            TRY(core_->add_filing(payload, row.number, ask.filing->mark, content_of(ask, purpose)));
            TRY(core_->append(type::kMarked, std::nullopt, std::move(payload)));
        }
        const bool now_verified = verified && !same->verified_by;
        const Request request = now_verified ? TRY(verify(same->id, *ask.verified_by)) : *same;
        TRY(transaction.commit());
        return request;
    }
    if (ask.kind == RequestKind::lift_restriction) TRY(check_lifting(*core_->db, ask));
    const std::int64_t number = TRY(next_request(*core_->db));
    const Instant due = core_->due(TRY(core_->now()));
    Json payload{{"request", number},
                 {"kind", to_text(ask.kind)},
                 {"person", ask.person.hex()},
                 {"handle", core_->handle(ask.person)},
                 {"purpose", purpose},
                 {"country", core_->calendar.country},
                 {"due", due.ms}};
    if (ask.record) payload["record"] = ask.record->hex();
    if (verified) payload["verified_by"] = *ask.verified_by;
    if (ask.came) payload["channel"] = ask.came->name;
    if (ask.by) {
        payload["role"] = to_text(ask.by->role);
        payload["authorised"] = ask.by->authority.has_value() || verified;
    }
    if (ask.filing)
        TRY(core_->add_filing(payload, number, ask.filing->mark, content_of(ask, purpose)));
    TRY(core_->append(type::kAccepted, std::nullopt, std::move(payload)));
    if (ask.by) TRY(core_->add_paper(number, "representative", ask.by->name));
    if (ask.by && ask.by->authority) TRY(core_->add_paper(number, "authority", *ask.by->authority));
    if (ask.came) TRY(core_->add_paper(number, "as it came", ask.came->bytes));
    TRY(transaction.commit());
    return read(request_id(number));
}

Result<Request> Requests::classify(std::string_view id, const Ask& as, std::string_view purpose) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_open(row));
    if (row.request.kind != RequestKind::question || row.request.answered_at) {
        return Error{Code::forbidden, "the request has its kind, or its answer, already",
                     row.request.id, "see `litura status`"};
    }
    TRY(check_ask(as, purpose));
    if (!TRY(knows_person(*core_->db, as.person))) return unknown_person();
    if (as.kind == RequestKind::lift_restriction) TRY(check_lifting(*core_->db, as));
    Json payload{{"request", row.number},
                 {"kind", to_text(as.kind)},
                 {"person", as.person.hex()},
                 {"handle", core_->handle(as.person)},
                 {"purpose", purpose}};
    if (as.record) payload["record"] = as.record->hex();
    TRY(core_->append(type::kClassified, std::nullopt, std::move(payload)));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::authorise(std::string_view id, ByteView authority) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_open(row));
    if (!row.request.role) {
        return Error{Code::bad_input, "nobody else filed this request", row.request.id,
                     "see `litura status`"};
    }
    TRY(core_->add_paper(row.number, "authority", authority));
    if (!row.request.authorised)
        TRY(core_->append(type::kAuthorised, std::nullopt, Json{{"request", row.number}}));
    TRY(transaction.commit());
    return read(id);
}

// A person who was verified speaks for themselves: whoever filed it needs no authority any more.
Result<Request> Requests::verify(std::string_view id, std::string_view method) {
    TRY(check_method(method));
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    if (row.request.verified_by) return row.request;
    TRY(check_open(row));
    TRY(check_verification(row.request.kind, method));
    if (const auto first = TRY(core_->disclosure_first(row.request.person, row.request.kind))) {
        return Error{Code::forbidden,
                     "the person asked for their data too, and gets it before it is destroyed "
                     "(GDPR Art. 15)",
                     first->id,
                     "litura --json request verify " + first->id + " --method " +
                         std::string(method) + "; then this one"};
    }
    if (!row.request.authorised)
        TRY(core_->append(type::kAuthorised, std::nullopt, Json{{"request", row.number}}));
    TRY(core_->append(type::kVerified, std::nullopt,
                      Json{{"request", row.number}, {"method", method}}));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::read(std::string_view id) {
    return TRY(read_request(*core_->db, id)).request;
}

Result<std::vector<Request>> Requests::all() {
    std::vector<Request> requests;
    for (RequestRow& row : TRY(read_requests(*core_->db)))
        requests.push_back(std::move(row.request));
    return requests;
}

Result<std::set<std::string>> Requests::ids_to_carry_out() {
    return ledger::ids_to_carry_out(*core_->db);
}

Result<void> Requests::mark_suppressed(std::string_view id) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    if (!row.request.suppressed_at) {
        TRY(core_->append(type::kSuppressed, std::nullopt, Json{{"request", row.number}}));
    }
    return transaction.commit();
}

Result<void> Requests::mark_destroyed(std::string_view id) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    if (row.request.destroyed_at) return transaction.commit();
    TRY(check_destroys(row));
    if (TRY(waits_for_destruction(*core_->db, row))) {
        return Error{Code::forbidden, "nothing was destroyed for this request yet", row.request.id,
                     "verify it first: litura request verify"};
    }
    TRY(core_->append(type::kDestroyed, std::nullopt, Json{{"request", row.number}}));
    return transaction.commit();
}

Result<void> Requests::mark_handed_over(std::string_view id) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    if (row.request.answered_at) return transaction.commit();
    TRY(check_open(row));
    if (!discloses(row.request.kind) || !row.request.verified_by) {
        return Error{Code::forbidden, "nothing may be handed out for this request", row.request.id,
                     "see `litura status`"};
    }
    TRY(core_->append(type::kHandedOver, std::nullopt, Json{{"request", row.number}}));
    return transaction.commit();
}

Result<void> Requests::mark_derived() {
    auto transaction = TRY(core_->db->begin());
    Json numbers = Json::array();
    for (const auto state :
         {RequestState::accepted, RequestState::suppressed, RequestState::destroyed}) {
        for (const RequestRow& row : TRY(requests_in(*core_->db, state))) {
            if (state != RequestState::accepted || TRY(needs_no_more(*core_->db, row)))
                numbers.push_back(row.number);
        }
    }
    if (!numbers.empty()) {
        TRY(core_->append(type::kDerived, std::nullopt, Json{{"requests", std::move(numbers)}}));
    }
    return transaction.commit();
}

}  // namespace litura::ledger
