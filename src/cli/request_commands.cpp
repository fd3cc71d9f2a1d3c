// Rights as they are exercised: asking, who asks, verification, what is found in others' records.
// Letters and messages are in letter_commands.cpp.
#include <fmt/format.h>

#include <map>

#include "cli/access_report.hpp"
#include "cli/commands.hpp"
#include "cli/request_json.hpp"
#include "derive/rights.hpp"
#include "release/receipt.hpp"

namespace litura::cli {
namespace {

Json handles(const derive::Project& project, const std::vector<ledger::FoundRecord>& records) {
    Json list = Json::array();
    for (const ledger::FoundRecord& each : records)
        list.push_back(keys::record_handle(project.secrets.deal, each.record));
    return list;
}

/// What stands in other people's records, with what follows from it.
void add_found(const derive::Project& project, const ledger::Request& request,
               const ledger::Ledger::Found& found, Answer& answer) {
    answer.json["found"]["barred"] = handles(project, found.barred);
    answer.json["found"]["to_decide"] = handles(project, found.waiting);
    answer.text += fmt::format("\n  other people's records barred: {}", found.barred.size());
    if (found.waiting.empty()) return;
    answer.text += fmt::format(
        "\n  too many for a rule: {0} other records wait for a person's decision\n  next: litura "
        "request found {1}, litura request decide {1} --all, --none or --records FILE",
        found.waiting.size(), request.id);
}

std::string next_lines(const ledger::Request& request) {
    if (is_closed(request)) return {};
    if (!request.authorised)
        return fmt::format(
            "\n  nobody is barred before they show that they may ask for the person\n  next: litura "
            "request authority {} --file F",
            request.id);
    if (needs_verification(request.kind) && !request.verified_by)
        return fmt::format("\n  next: litura request verify {} --method HOW", request.id);
    const bool waits = request.state == ledger::RequestState::suppressed ||
                       request.state == ledger::RequestState::destroyed;
    if (waits) return "\n  next: litura derive";
    return {};
}

Result<Answer> answer_request(derive::Project& project, const derive::Exercised& done_now) {
    const ledger::Request& request = done_now.request;
    const Instant now = TRY(project.ledger().now());
    Answer answer;
    answer.json = request_json(request, now);
    answer.json["old_model_stopped_ms"] = done_now.old_model_stopped_ms;
    answer.text = fmt::format("{} {} for {}: {}\n  accepted {}, due {}", request.id,
                              to_text(request.kind), request.handle, to_text(request.state),
                              to_text(request.accepted_at), to_text(request.due));
    if (done_now.suppressed) {
        const derive::Derived& model = *done_now.suppressed;
        answer.json["suppressed"] = {{"model", digest_text(model.model)},
                                     {"milliseconds", done_now.suppressed_ms},
                                     {"deferred_records", model.deferred}};
        answer.text +=
            fmt::format("\n  old model stopped after {:.1f} ms", done_now.old_model_stopped_ms);
        answer.text += fmt::format("\n  {} model ready after {:.0f} ms, {} records deferred",
                                   model.suppressed ? "suppressed" : "complete",
                                   done_now.suppressed_ms, model.deferred);
    }
    if (done_now.others) {
        answer.json["found"] = {{"searched", done_now.others->searched}};
        answer.text +=
            fmt::format("\n  other people's records searched: {}", done_now.others->searched);
        add_found(project, request, done_now.others->found, answer);
    }
    if (discloses(request.kind) && request.verified_by) {
        const bool all = request.kind == ledger::RequestKind::access;
        TRY(all ? add_report(project, request.person, answer.json)
                : add_provided(project, request.person, answer.json));
        answer.text += "\n  what is held is in the answer with --json";
    }
    answer.text += next_lines(request);
    return answer;
}

/// Handles of records, a line each, from a file or standard input.
Result<std::vector<Digest>> read_records(Context& context, derive::Project& project,
                                         const std::string& path) {
    const Bytes bytes = TRY(read_input(context.env, path));
    std::map<std::string, Digest> known;
    TRY(project.corpus().each_page([&](std::span<const corpus::RecordRow> rows) -> Result<void> {
        for (const corpus::RecordRow& row : rows)
            known.emplace(keys::record_handle(project.secrets.deal, row.record), row.record);
        return done();
    }));
    std::vector<Digest> records;
    const std::string_view text = text_of(bytes);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
        const std::string handle(text.substr(begin, end - begin));
        begin = end + 1;
        if (handle.empty()) continue;
        const auto found = known.find(handle);
        if (found == known.end()) {
            return Error{Code::bad_input, "no such record",
                         fmt::format("line {}", records.size() + 1),
                         "one handle (r-...) a line, as `litura find` prints them"};
        }
        records.push_back(found->second);
    }
    return records;
}

/// An objection of somebody without an account.
Result<Answer> outsider_command(Context& context, derive::Project& project,
                                const RequestArguments& arguments) {
    derive::OutsiderAsk ask;
    if (!arguments.name.empty() && arguments.name != "-") {
        return Error{Code::bad_input, "a name stands in the command line", "",
                     "give it with --name - (standard input) or --name-file"};
    }
    if (!arguments.name.empty() || !arguments.name_file.empty())
        ask.name = TRY(read_identifier(context.env, arguments.name_file));
    if (!arguments.records.empty())
        ask.records = TRY(read_records(context, project, arguments.records));
    return answer_request(project, TRY(derive::exercise_outsider(project, ask, context.started)));
}

/// Papers that come with a request; an Ask refers to them.
class Papers {
public:
    Result<void> add_to(derive::Ask& ask, Env& env, const RequestArguments& arguments) {
        ask.mark = arguments.mark;
        if (arguments.by.empty()) return done();
        name_ = TRY(read_input(env, arguments.by));
        const ledger::Role role = TRY(ledger::parse_role(arguments.role));
        ask.by = ledger::Ledger::Representative{role, name_, {}};
        if (arguments.authority.empty()) return done();
        authority_ = TRY(read_input(env, arguments.authority));
        ask.by->authority = authority_;
        return done();
    }

private:
    Bytes name_, authority_;
};

/// What is handed to the person before their keys die.
class Receipt {
public:
    Receipt(derive::Project& project, std::string file)
        : project_(project), file_(std::move(file)) {}

    derive::BeforeDestruction writer() const {
        if (file_.empty()) return {};
        return [this](const ledger::Request& request) -> Result<void> {
            return release::write_receipt(project_, request, file_);
        };
    }
    Result<Answer> add_to(Answer answer, const ledger::Request& request) const {
        const bool erased = request.kind == ledger::RequestKind::erasure && !request.record &&
                            request.destroyed_at;
        if (!erased) return answer;
        answer.json["receipt"] = file_.empty() ? Json() : Json(file_);
        answer.text += file_.empty()
                           ? "\n  no receipt: what the ledger held of the person can be shown by "
                             "nobody now (next time: --receipt FILE)"
                           : "\n  receipt for the person: " + file_;
        return answer;
    }

private:
    derive::Project& project_;
    std::string file_;
};

Result<derive::Ask> ask_of(Context& context, derive::Project& project,
                           const RequestArguments& arguments) {
    derive::Ask ask;
    ask.kind = TRY(ledger::parse_request_kind(arguments.kind));
    ask.person = TRY(find_person(context, project, arguments.person));
    if (!arguments.verified.empty()) ask.verified_by = arguments.verified;
    if (!arguments.record.empty())
        ask.record = TRY(project.corpus().find(PersonalText(arguments.record))).record;
    if (!arguments.text_file.empty()) {
        const Bytes text = TRY(read_input(context.env, arguments.text_file));
        ask.text = PersonalText(std::string(text_of(text)));
    }
    return ask;
}

}  // namespace

Result<Answer> request_command(Context& context, const RequestArguments& arguments) {
    const auto project = TRY(context.open());
    if (!arguments.name.empty() || !arguments.name_file.empty() || !arguments.records.empty())
        return outsider_command(context, *project, arguments);
    Papers papers;
    derive::Ask ask = TRY(ask_of(context, *project, arguments));
    TRY(papers.add_to(ask, context.env, arguments));
    Receipt receipt(*project, arguments.receipt);
    ask.before_destruction = receipt.writer();
    const auto exercised = TRY(derive::exercise(*project, ask, context.started));
    return receipt.add_to(TRY(answer_request(*project, exercised)), exercised.request);
}

Result<Answer> request_verify_command(Context& context, const std::string& id,
                                      const VerifyArguments& arguments) {
    const auto project = TRY(context.open());
    Receipt receipt(*project, arguments.receipt);
    const auto verified = TRY(derive::verify_request(*project, id, arguments.method,
                                                     context.started, receipt.writer()));
    return receipt.add_to(TRY(answer_request(*project, verified)), verified.request);
}

Result<Answer> request_authority_command(Context& context, const std::string& id,
                                         const std::string& file) {
    const auto project = TRY(context.open());
    const Bytes authority = TRY(read_input(context.env, file));
    return answer_request(
        *project, TRY(derive::authorise_request(*project, id, authority, context.started)));
}

Result<Answer> request_revoke_command(Context& context, const std::string& id,
                                      const std::string& method) {
    const auto project = TRY(context.open());
    return answer_request(*project,
                          TRY(derive::revoke_request(*project, id, method, context.started)));
}

Result<Answer> request_classify_command(Context& context, const std::string& id,
                                        const RequestArguments& arguments) {
    const auto project = TRY(context.open());
    const derive::Ask ask = TRY(ask_of(context, *project, arguments));
    return answer_request(*project,
                          TRY(derive::classify_request(*project, id, ask, context.started)));
}

Result<Answer> request_found_command(Context& context, const std::string& id) {
    const auto project = TRY(context.open());
    const ledger::Request request = TRY(project->ledger().request(id));
    Answer answer{{{"request", request.id}}, request.id};
    add_found(*project, request, TRY(project->ledger().found(id)), answer);
    for (const char* list : {"barred", "to_decide"}) {
        for (const Json& handle : answer.json["found"][list])
            answer.text += fmt::format("\n  {:<9} {}", list, handle.get<std::string>());
    }
    return answer;
}

Result<Answer> request_decide_command(Context& context, const DecideArguments& arguments) {
    const auto project = TRY(context.open());
    if (arguments.all + arguments.none + !arguments.records.empty() != 1) {
        return Error{Code::bad_input, "the decision is not clear", "",
                     "give one of --all, --none, --records FILE"};
    }
    std::vector<Digest> bar;
    if (!arguments.records.empty()) bar = TRY(read_records(context, *project, arguments.records));
    if (arguments.all) {
        for (const ledger::FoundRecord& each :
             TRY(project->ledger().found(arguments.request)).waiting)
            bar.push_back(each.record);
    }
    auto decided =
        TRY(derive::decide_found(*project, arguments.request, bar, arguments.all, context.started));
    Answer answer = TRY(answer_request(*project, decided));
    add_found(*project, decided.request, TRY(project->ledger().found(arguments.request)), answer);
    return answer;
}

}  // namespace litura::cli
