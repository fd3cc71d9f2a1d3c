// What the operator owes whoever asked: an answer in time, an extension with its reason, a denial
// with its remedies; and free text, which stays a question until a person has read it. Papers are
// sealed under the request's own key, which outlives the person's.
#include <algorithm>

#include "base/text.hpp"
#include "keys/sealing.hpp"
#include "ledger/denial.hpp"
#include "ledger/fields.hpp"
#include "ledger/core.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/request_rows.hpp"
#include "ledger/requests.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kExtensionReasons[] = {"complexity", "number"};

/// Is there something to tell?
bool acted(const Request& request) {
    return request.kind == RequestKind::question ||
           std::ranges::count(std::to_array({RequestState::suppressed, RequestState::destroyed,
                                             RequestState::derived, RequestState::answered}),
                              request.state) > 0;
}

Result<void> check_extension(const Request& request, std::string_view reason, Instant now) {
    const auto refuse = [&](Code code, std::string what, std::string next) {
        return Error{code, std::move(what), request.id, std::move(next)};
    };
    if (std::ranges::find(kExtensionReasons, reason) == std::end(kExtensionReasons))
        return refuse(Code::bad_input,
                      "an extension is for the complexity or the number of requests (GDPR Art. "
                      "12(3))",
                      "give --reason complexity or --reason number");
    if (request.answered_at)
        return refuse(Code::forbidden, "the person was answered already", "see `litura status`");
    if (request.extended_at)
        return refuse(Code::forbidden,
                      "the time to answer was extended once already, and that is all the law gives "
                      "(GDPR Art. 12(3))",
                      "carry the request out and answer it, or deny it with its reason");
    if (pace_of(request, now) == Pace::overdue)
        return refuse(
            Code::forbidden,
            "the month is over: the person had to be told of an extension within it (GDPR "
            "Art. 12(3))",
            "answer at once; the lateness stays on record");
    return Result<void>(done());
}

}  // namespace

Result<Request> Requests::extend(std::string_view id, std::string_view reason, ByteView letter) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_open(row));
    TRY(check_extension(row.request, reason, TRY(core_->now())));
    const Instant due =
        months_after(row.request.accepted_at, core_->calendar.months_extended, core_->calendar);
    TRY(core_->add_paper(row.number, "extension", letter));
    TRY(core_->append(type::kExtended, std::nullopt,
                      Json{{"request", row.number},
                           {"reason", reason},
                           {"country", core_->calendar.country},
                           {"due", due.ms}}));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::deny(std::string_view id, std::string_view reason, ByteView letter) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_open(row));
    const Reason why = TRY(denial_reason(reason, row.request.kind));
    TRY(check_denial_letter(letter));
    if (acted(row.request)) {
        return Error{Code::forbidden, "the request was carried out already", row.request.id,
                     "litura request answer " + row.request.id + " --letter F"};
    }
    TRY(core_->add_paper(row.number, "denial", letter));
    TRY(core_->append(type::kDenied, std::nullopt,
                      Json{{"request", row.number}, {"reason", why.code}}));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::answer(std::string_view id, ByteView letter) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_open(row));
    if (!acted(row.request)) {
        return Error{Code::forbidden,
                     "nothing was done for this request yet, so there is nothing to tell (GDPR "
                     "Art. 12(3))",
                     row.request.id,
                     "carry it out, or litura request extend, or litura request deny"};
    }
    TRY(core_->add_paper(row.number, "answer", letter));
    if (!row.request.answered_at)
        TRY(core_->append(type::kAnswered, std::nullopt, Json{{"request", row.number}}));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::announce_lifting(std::string_view id, ByteView letter) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    TRY(check_open(row));
    if (row.request.kind != RequestKind::restriction) {
        return Error{Code::bad_input, "the request is not one of restriction", row.request.id,
                     "see `litura status`"};
    }
    TRY(core_->add_paper(row.number, "notice of lifting", letter));
    TRY(core_->append(type::kLiftNotice, std::nullopt, Json{{"request", row.number}}));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::revoke(std::string_view id, std::string_view method) {
    auto transaction = TRY(core_->db->begin());
    const RequestRow row = TRY(read_request(*core_->db, id));
    if (row.request.state == RequestState::revoked) return row.request;
    // Whoever takes a bar away has to be the person: as much as for destroying.
    TRY(check_verification(RequestKind::erasure, method));
    const RequestKind kind = row.request.kind;
    if (row.request.destroyed_at ||
        (destroys(kind) && !TRY(waits_for_destruction(*core_->db, row)) &&
         row.request.authorised)) {
        return Error{Code::forbidden, "what was destroyed cannot be brought back", row.request.id,
                     "a person who wants to be in again gives a new consent"};
    }
    if (!traits(kind).revocable || row.request.state == RequestState::answered) {
        return Error{Code::forbidden, "this cannot be taken back", row.request.id,
                     kind == RequestKind::lift_restriction ? "ask for restriction again"
                                                           : "see `litura status`"};
    }
    TRY(core_->append(type::kRevoked, std::nullopt,
                      Json{{"request", row.number}, {"method", method}}));
    TRY(transaction.commit());
    return read(id);
}

Result<Request> Requests::accept_text(ByteView text, std::optional<Instant> received,
                                      std::string_view purpose, std::optional<Filing> filing) {
    TRY(check_name(purpose, "a purpose"));
    auto transaction = TRY(core_->db->begin());
    if (filing) {
        if (const auto number = TRY(core_->filed(filing->mark, filing->content)))
            return read(request_id(*number));
    }
    const Instant at = TRY(core_->now());
    if (received && *received > at) {
        return Error{Code::bad_input, "a message cannot be received in the future", "received",
                     "check its time"};
    }
    const std::int64_t number = TRY(next_request(*core_->db));
    const Instant due = core_->due(received.value_or(at));
    Json payload{{"request", number},
                 {"kind", to_text(RequestKind::question)},
                 {"person", Digest().hex()},
                 {"handle", kNobody},
                 {"purpose", purpose},
                 {"country", core_->calendar.country},
                 {"due", due.ms}};
    if (received) payload["received"] = received->ms;
    if (filing) TRY(core_->add_filing(payload, number, filing->mark, filing->content));
    TRY(core_->append(type::kAccepted, std::nullopt, std::move(payload)));
    TRY(core_->add_paper(number, "message", text));
    TRY(transaction.commit());
    return read(request_id(number));
}

Result<std::vector<Paper>> Requests::papers(std::string_view id) {
    const RequestRow row = TRY(read_request(*core_->db, id));
    const auto key = TRY(core_->keys.find(request_key(row.request.id), keys::KeyKind::request));
    std::vector<Paper> papers;
    if (!key) return papers;
    for (const Sequence seq : TRY(core_->chain.of_project(type::kPaper))) {
        const Event event = TRY(core_->chain.event(seq));
        Fields in(event.payload);
        if (in.integer("request") != row.number) continue;
        Bytes text = TRY(keys::unseal(*key, event.attachment, bytes_of(row.request.id)));
        papers.push_back({in.text("what"), event.at, std::move(text)});
    }
    return papers;
}

}  // namespace litura::ledger
