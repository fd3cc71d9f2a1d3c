// Rights as they are exercised and answered: files and standard input in, text out.
#include "service/requests.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/request_text.hpp"

namespace litura::cli {
namespace {

std::string found_text(const std::string& id, const service::InOthersRecords& others) {
    std::string text;
    if (others.searched)
        text += fmt::format("\n  other people's records searched: {}", *others.searched);
    text += fmt::format("\n  other people's records barred: {}", others.barred.size());
    if (others.to_decide.empty()) return text;
    return text + fmt::format(
                      "\n  too many for a rule: {0} other records wait for a person's decision\n  "
                      "next: litura request found {1}, litura request decide {1} --all, --none or "
                      "--records FILE",
                      others.to_decide.size(), id);
}

std::string next_lines(const ledger::Request& request) {
    if (is_closed(request)) return {};
    if (!request.authorised)
        return fmt::format(
            "\n  nobody is barred before they show that they may ask for the person\n  next: "
            "litura "
            "request authority {} --file F",
            request.id);
    if (needs_verification(request.kind) && !request.verified_by)
        return fmt::format("\n  next: litura request verify {} --method HOW", request.id);
    const bool waits = request.state == ledger::RequestState::suppressed ||
                       request.state == ledger::RequestState::destroyed;
    return waits ? "\n  next: litura derive" : "";
}

std::string erased_text(const service::Exercised::Erased& erased) {
    if (!erased.receipt.empty()) return "\n  receipt for the person: " + erased.receipt.string();
    return "\n  no receipt: what the ledger held of the person can be shown by nobody now (next "
           "time: --receipt FILE)";
}

std::string render(const service::Exercised& done_now) {
    const ledger::Request& request = done_now.request;
    std::string text = fmt::format("{} {} for {}: {}\n  accepted {}, due {}", request.id,
                                   to_text(request.kind), request.handle, to_text(request.state),
                                   to_text(request.accepted_at), to_text(request.due));
    if (const auto& model = done_now.replacement; model)
        text += fmt::format(
            "\n  old model stopped after {:.1f} ms\n  {} model ready after {:.0f} ms, {} records "
            "deferred",
            done_now.old_model_stopped_ms, model->suppressed ? "suppressed" : "complete",
            done_now.suppressed_ms, model->deferred);
    if (done_now.in_others) text += found_text(request.id, *done_now.in_others);
    if (done_now.held)
        text +=
            "\n  what is held is in the answer with --json; until it was written, the request "
            "stays open";
    text += next_lines(request);
    if (done_now.erased) text += erased_text(*done_now.erased);
    return text;
}

/// A person who asked for their data has it once it was written.
Answer answered(std::shared_ptr<service::Session> session, const service::Exercised& done_now) {
    Answer answer(service::to_json(done_now), render(done_now));
    if (done_now.held)
        answer.delivered = [session, id = done_now.request.id] {
            return service::handed_over(*session, id);
        };
    return answer;
}

Answer answered(const service::RequestShown& shown) {
    return Answer(service::to_json(shown), request_line(shown.request, shown.now));
}

/// One handle a line; empty lines are passed over.
Result<std::vector<std::string>> read_handles(Context& context, const std::string& path) {
    const Bytes bytes = TRY(read_input(context.env, path));
    const std::string_view text = text_of(bytes);
    std::vector<std::string> handles;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
        if (end > begin) handles.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return handles;
}

Result<Answer> outsider_command(Context& context, const RequestArguments& arguments) {
    service::OutsiderArguments wish;
    if (!arguments.name.empty() && arguments.name != "-") {
        return Error{Code::bad_input, "a name stands in the command line", "",
                     "give it with --name - (standard input) or --name-file"};
    }
    if (!arguments.name.empty() || !arguments.name_file.empty())
        wish.name = TRY(read_identifier(context.env, arguments.name_file));
    if (!arguments.records.empty()) wish.records = TRY(read_handles(context, arguments.records));
    wish.since = context.started;
    const std::shared_ptr session = TRY(context.session());
    return answered(session, TRY(service::object_without_account(*session, wish)));
}

Result<service::RequestArguments> wish_of(Context& context, const RequestArguments& arguments) {
    service::RequestArguments wish;
    wish.kind = TRY(ledger::parse_request_kind(arguments.kind));
    wish.person = TRY(person_name(context, arguments.person));
    wish.record = arguments.record;
    if (!arguments.verified.empty()) wish.verified_by = arguments.verified;
    if (!arguments.text_file.empty())
        wish.text =
            PersonalText(std::string(text_of(TRY(read_input(context.env, arguments.text_file)))));
    if (!arguments.by.empty()) {
        wish.by.emplace();
        wish.by->name = TRY(read_input(context.env, arguments.by));
        wish.by->role = TRY(ledger::parse_role(arguments.role));
        if (!arguments.authority.empty())
            wish.by->authority = TRY(read_input(context.env, arguments.authority));
    }
    wish.mark = arguments.mark;
    wish.receipt = arguments.receipt;
    wish.since = context.started;
    return wish;
}

}  // namespace

Result<Answer> request_command(Context& context, const RequestArguments& arguments) {
    if (!arguments.name.empty() || !arguments.name_file.empty() || !arguments.records.empty())
        return outsider_command(context, arguments);
    const service::RequestArguments wish = TRY(wish_of(context, arguments));
    const std::shared_ptr session = TRY(context.session());
    return answered(session, TRY(service::request(*session, wish)));
}

Result<Answer> request_verify_command(Context& context, const std::string& id,
                                      const VerifyArguments& arguments) {
    const std::shared_ptr session = TRY(context.session());
    return answered(session, TRY(service::verify_request(*session, id, arguments.method,
                                                         arguments.receipt, context.started)));
}

Result<Answer> request_authority_command(Context& context, const std::string& id,
                                         const std::string& file) {
    const Bytes authority = TRY(read_input(context.env, file));
    const std::shared_ptr session = TRY(context.session());
    return answered(session,
                    TRY(service::authorise_request(*session, id, authority, context.started)));
}

Result<Answer> request_revoke_command(Context& context, const std::string& id,
                                      const std::string& method) {
    const std::shared_ptr session = TRY(context.session());
    return answered(session, TRY(service::revoke_request(*session, id, method, context.started)));
}

Result<Answer> request_classify_command(Context& context, const std::string& id,
                                        const RequestArguments& arguments) {
    const service::RequestArguments as = TRY(wish_of(context, arguments));
    const std::shared_ptr session = TRY(context.session());
    return answered(session, TRY(service::classify_request(*session, id, as)));
}

Result<Answer> request_found_command(Context& context, const std::string& id) {
    const auto session = TRY(context.session());
    const auto found = TRY(service::found(*session, id));
    std::string text = id + found_text(id, found.in_others);
    for (const std::string& handle : found.in_others.barred)
        text += fmt::format("\n  {:<9} {}", "barred", handle);
    for (const std::string& handle : found.in_others.to_decide)
        text += fmt::format("\n  {:<9} {}", "to_decide", handle);
    return Answer(service::to_json(found), text);
}

Result<Answer> request_decide_command(Context& context, const DecideArguments& arguments) {
    service::Decision decision{arguments.all, arguments.none, {}};
    if (!arguments.records.empty())
        decision.records = TRY(read_handles(context, arguments.records));
    const std::shared_ptr session = TRY(context.session());
    return answered(session, TRY(service::decide_found(*session, arguments.request, decision,
                                                       context.started)));
}

Result<Answer> request_letter_command(Context& context, const std::string& id, Letter which,
                                      const LetterArguments& arguments) {
    const Bytes letter = TRY(read_input(context.env, arguments.file));
    const auto session = TRY(context.session());
    switch (which) {
        case Letter::extension:
            return answered(TRY(service::extend_request(*session, id, arguments.reason, letter)));
        case Letter::denial:
            return answered(TRY(service::deny_request(*session, id, arguments.reason, letter)));
        case Letter::answer: return answered(TRY(service::answer_request(*session, id, letter)));
        case Letter::lifting: return answered(TRY(service::announce_lifting(*session, id, letter)));
    }
    return Error{Code::broken, "a letter without a kind", "", ""};
}

Result<Answer> request_text_command(Context& context, const LetterArguments& arguments) {
    const Bytes text = TRY(read_input(context.env, arguments.file));
    std::optional<Instant> received;
    if (!arguments.received.empty()) received = TRY(parse_instant(arguments.received));
    const auto session = TRY(context.session());
    return answered(TRY(service::take_message(*session, text, received)));
}

Result<Answer> request_show_command(Context& context, const std::string& id) {
    const auto session = TRY(context.session());
    const auto papers = TRY(service::request_papers(*session, id));
    std::string text = request_line(papers.shown.request, papers.shown.now);
    for (const auto& paper : papers.papers)
        text += fmt::format("\n--- {}, {}\n{}", paper.what, to_text(paper.at),
                            paper.text.value_or("(not a text)"));
    return Answer(service::to_json(papers), text);
}

Result<Answer> request_report_command(Context& context, const std::string& id) {
    const auto session = TRY(context.session());
    const auto report = TRY(service::report_on_request(*session, id));
    const ledger::Request& request = report.request;
    std::string text =
        fmt::format("{} {} for {}", request.id, to_text(request.kind), request.handle);
    for (const auto& artefact : report.artefacts)
        text += fmt::format("\n{:<13} {:>6} {}: {}", artefact.result, artefact.count, artefact.what,
                            artefact.note);
    return Answer(service::to_json(report), text);
}

Result<Answer> request_check_command(Context& context, const std::string& file) {
    const Bytes receipt = TRY(read_input(context.env, file));
    const auto session = TRY(context.session());
    const auto checked = TRY(service::check_receipt(*session, text_of(receipt)));
    Answer said = Answer(service::to_json(checked),
                         checked.holds() ? fmt::format("all {} events of the receipt are what the "
                                                       "ledger is committed to",
                                                       checked.events)
                                         : "the receipt is not what the ledger is committed to: " +
                                               checked.first_difference);
    said.holds = checked.holds();
    return said;
}

}  // namespace litura::cli
