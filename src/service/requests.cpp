#include "service/requests.hpp"

#include <chrono>
#include <map>

#include "base/text.hpp"
#include "derive/project.hpp"
#include "derive/report.hpp"
#include "derive/rights.hpp"
#include "keys/spelling.hpp"
#include "ledger/findings.hpp"
#include "ledger/persons.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/requests.hpp"
#include "release/receipt.hpp"
#include "service/access_report.hpp"

namespace litura::service {
namespace {

std::vector<std::string> handles(Session& session,
                                 const std::vector<ledger::FoundRecord>& records) {
    std::vector<std::string> list;
    for (const ledger::FoundRecord& each : records)
        list.push_back(record_handle(session, each.record));
    return list;
}

InOthersRecords in_others(Session& session, const ledger::Found& found) {
    return {{}, handles(session, found.barred), handles(session, found.waiting)};
}

/// What is handed to whoever may see it now.
Result<std::optional<Json>> held_for(Session& session, const ledger::Request& request) {
    if (!ledger::discloses(request.kind) || !request.verified_by) return std::optional<Json>();
    return std::optional(TRY(request.kind == ledger::RequestKind::access
                                 ? access_report(session, request.person)
                                 : provided_by(session, request.person)));
}

double milliseconds(Since since, std::optional<derive::Moment> moment) {
    if (!moment) return 0;
    return std::chrono::duration<double, std::milli>(*moment - since).count();
}

Result<Exercised> result_of(Session& session, derive::Exercised done_now, Since since,
                            const Path& receipt = {}) {
    Exercised out;
    out.request = std::move(done_now.request);
    out.now = TRY(session.now());
    out.old_model_stopped_ms = milliseconds(since, done_now.old_model_stopped);
    if (const auto& model = done_now.suppressed; model) {
        out.replacement = Replacement{model->model, model->deferred, model->suppressed};
        out.suppressed_ms = milliseconds(since, done_now.suppressed_at);
    }
    if (done_now.others) {
        out.in_others = in_others(session, done_now.others->found);
        out.in_others->searched = done_now.others->searched;
    }
    out.held = TRY(held_for(session, out.request));
    const bool erased = out.request.kind == ledger::RequestKind::erasure && !out.request.record &&
                        out.request.destroyed_at;
    if (erased) out.erased = Exercised::Erased{receipt};
    return out;
}

derive::BeforeDestruction receipt_writer(Session& session, const Path& file) {
    if (file.empty()) return {};
    return [&session, file](const ledger::Request& request) {
        return release::write_receipt(session.project(), request, file);
    };
}

/// A record of this person's, by its handle, its id or the address of the post: two people may use
/// one id.
Result<Digest> record_of(Session& session, const Digest& person, const std::string& written) {
    const SecretKey& deal = session.project().secrets.deal;
    std::vector<PersonalText> ids;
    for (std::string& id : keys::record_ids(written)) ids.emplace_back(std::move(id));
    for (const corpus::RecordRow& row : TRY(session.corpus().rows_of(person))) {
        if (keys::record_handle(deal, row.record) == written) return row.record;
        for (const PersonalText& id : ids) {
            if (keys::record_tag(deal, row.account, id) == row.record) return row.record;
        }
    }
    return Error{Code::bad_input, "this person has no such record", "", "see 'litura person show'"};
}

/// `arguments` outlives what is returned.
Result<derive::Ask> ask_of(Session& session, const RequestArguments& arguments) {
    derive::Ask ask;
    ask.kind = arguments.kind;
    ask.person = TRY(find_person(session, arguments.person));
    ask.verified_by = arguments.verified_by;
    if (!arguments.record.empty())
        ask.record = TRY(record_of(session, ask.person, arguments.record));
    ask.text = arguments.text.clone();
    ask.mark = arguments.mark;
    if (arguments.by) {
        ask.by = ledger::Representative{arguments.by->role, arguments.by->name, {}};
        if (arguments.by->authority) ask.by->authority = *arguments.by->authority;
    }
    ask.before_destruction = receipt_writer(session, arguments.receipt);
    return ask;
}

/// Records by the handles that `find` prints.
Result<std::vector<Digest>> records_of(Session& session, const std::vector<std::string>& wanted) {
    std::map<std::string, Digest> known;
    TRY(session.corpus().each_page([&](std::span<const corpus::RecordRow> rows) -> Result<void> {
        for (const corpus::RecordRow& row : rows)
            known.emplace(record_handle(session, row.record), row.record);
        return done();
    }));
    std::vector<Digest> records;
    for (const std::string& handle : wanted) {
        const auto found = known.find(handle);
        if (found == known.end()) {
            return Error{Code::bad_input, "no such record",
                         "line " + std::to_string(records.size() + 1),
                         "one handle (r-...) a line, as `litura find` prints them"};
        }
        records.push_back(found->second);
    }
    return records;
}

Result<RequestShown> shown(Session& session, ledger::Request request) {
    const Instant now = TRY(session.now());
    return RequestShown{std::move(request), now};
}

}  // namespace

Result<void> handed_over(Session& session, const std::string& id) {
    return session.ledger().requests().mark_handed_over(id);
}

Result<Exercised> request(Session& session, const RequestArguments& arguments) {
    const derive::Ask ask = TRY(ask_of(session, arguments));
    return result_of(session, TRY(derive::exercise(session.project(), ask)), arguments.since,
                     arguments.receipt);
}

Result<Exercised> verify_request(Session& session, const std::string& id, const std::string& method,
                                 const Path& receipt, Since since) {
    auto verified = TRY(
        derive::verify_request(session.project(), id, method, receipt_writer(session, receipt)));
    return result_of(session, std::move(verified), since, receipt);
}

Result<Exercised> authorise_request(Session& session, const std::string& id, ByteView authority,
                                    Since since) {
    return result_of(session, TRY(derive::authorise_request(session.project(), id, authority)),
                     since);
}

Result<Exercised> revoke_request(Session& session, const std::string& id, const std::string& method,
                                 Since since) {
    return result_of(session, TRY(derive::revoke_request(session.project(), id, method)), since);
}

Result<Exercised> classify_request(Session& session, const std::string& id,
                                   const RequestArguments& as) {
    const derive::Ask ask = TRY(ask_of(session, as));
    return result_of(session, TRY(derive::classify_request(session.project(), id, ask)), as.since);
}

Result<Exercised> object_without_account(Session& session, const OutsiderArguments& arguments) {
    derive::OutsiderAsk ask;
    ask.name = arguments.name.clone();
    if (!arguments.records.empty()) ask.records = TRY(records_of(session, arguments.records));
    return result_of(session, TRY(derive::exercise_outsider(session.project(), ask)),
                     arguments.since);
}

Result<FoundShown> found(Session& session, const std::string& id) {
    FoundShown shown;
    shown.request = TRY(session.ledger().requests().read(id));
    shown.in_others = in_others(session, TRY(session.ledger().findings().of(id)));
    return shown;
}

Result<Exercised> decide_found(Session& session, const std::string& id, const Decision& decision,
                               Since since) {
    if (decision.all + decision.none + decision.records.has_value() != 1) {
        return Error{Code::bad_input, "the decision is not clear", "",
                     "give one of --all, --none, --records FILE"};
    }
    std::vector<Digest> bar;
    if (decision.records) bar = TRY(records_of(session, *decision.records));
    if (decision.all) {
        for (const ledger::FoundRecord& each : TRY(session.ledger().findings().of(id)).waiting)
            bar.push_back(each.record);
    }
    Exercised out = TRY(result_of(
        session, TRY(derive::decide_found(session.project(), id, bar, decision.all)), since));
    out.in_others = in_others(session, TRY(session.ledger().findings().of(id)));
    return out;
}

Result<RequestShown> extend_request(Session& session, const std::string& id,
                                    const std::string& reason, ByteView letter) {
    return shown(session, TRY(session.ledger().requests().extend(id, reason, letter)));
}

Result<RequestShown> deny_request(Session& session, const std::string& id,
                                  const std::string& reason, ByteView letter) {
    return shown(session, TRY(session.ledger().requests().deny(id, reason, letter)));
}

Result<RequestShown> answer_request(Session& session, const std::string& id, ByteView letter) {
    return shown(session, TRY(session.ledger().requests().answer(id, letter)));
}

Result<RequestShown> announce_lifting(Session& session, const std::string& id, ByteView letter) {
    return shown(session, TRY(session.ledger().requests().announce_lifting(id, letter)));
}

Result<RequestShown> take_message(Session& session, ByteView text,
                                  std::optional<Instant> received) {
    return shown(session,
                 TRY(session.ledger().requests().accept_text(text, received, session.purpose())));
}

Result<RequestPapers> request_papers(Session& session, const std::string& id) {
    RequestPapers papers;
    papers.shown = TRY(shown(session, TRY(session.ledger().requests().read(id))));
    for (const ledger::Paper& paper : TRY(session.ledger().requests().papers(id))) {
        const bool plain = is_utf8(text_of(paper.text));
        papers.papers.push_back({paper.what, paper.at, {}});
        if (plain) papers.papers.back().text = text_of(paper.text);
    }
    return papers;
}

Result<RequestReport> report_on_request(Session& session, const std::string& id) {
    RequestReport report;
    report.request = TRY(session.ledger().requests().read(id));
    for (derive::Artefact& each : TRY(derive::report_of(session.project(), report.request)))
        report.artefacts.push_back({std::move(each.what), std::string(to_text(each.fate)),
                                    std::move(each.note), each.count});
    return report;
}

Result<ReceiptChecked> check_receipt(Session& session, std::string_view receipt) {
    auto check = TRY(release::check_receipt(session.project(), receipt));
    return ReceiptChecked{std::move(check.request), check.events,
                          std::move(check.first_difference)};
}

}  // namespace litura::service
