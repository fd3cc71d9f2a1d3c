// What goes between the operator and whoever asked: letters with a legal effect, messages that wait
// for a reader, and the receipt that a person keeps.
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/request_json.hpp"
#include "release/receipt.hpp"

namespace litura::cli {
namespace {

Result<Answer> shown(derive::Project& project, const ledger::Request& request) {
    const Instant now = TRY(project.ledger().now());
    return Answer{request_json(request, now), request_line(request, now)};
}

}  // namespace

Result<Answer> request_letter_command(Context& context, const std::string& id, Letter which,
                                      const LetterArguments& arguments) {
    const auto project = TRY(context.open());
    const Bytes letter = TRY(read_input(context.env, arguments.file));
    ledger::Ledger& ledger = project->ledger();
    switch (which) {
        case Letter::extension:
            return shown(*project, TRY(ledger.extend(id, arguments.reason, letter)));
        case Letter::denial:
            return shown(*project, TRY(ledger.deny(id, arguments.reason, letter)));
        case Letter::answer: return shown(*project, TRY(ledger.answer(id, letter)));
        case Letter::lifting: return shown(*project, TRY(ledger.announce_lifting(id, letter)));
    }
    return Error{Code::broken, "a letter without a kind", "", ""};
}

Result<Answer> request_text_command(Context& context, const LetterArguments& arguments) {
    const auto project = TRY(context.open());
    const Bytes text = TRY(read_input(context.env, arguments.file));
    std::optional<Instant> received;
    if (!arguments.received.empty()) received = TRY(parse_instant(arguments.received));
    const ledger::Request request = TRY(project->ledger().accept_text(
        text, received, project->settings.policy.admission.purpose));
    return shown(*project, request);
}

Result<Answer> request_show_command(Context& context, const std::string& id) {
    const auto project = TRY(context.open());
    const ledger::Request request = TRY(project->ledger().request(id));
    Answer answer = TRY(shown(*project, request));
    answer.json["papers"] = Json::array();
    for (const ledger::Ledger::Paper& paper : TRY(project->ledger().papers(id))) {
        const bool plain = is_utf8(text_of(paper.text));
        answer.json["papers"].push_back({{"what", paper.what},
                                         {"at", to_text(paper.at)},
                                         {"text", plain ? Json(text_of(paper.text)) : Json()}});
        answer.text += fmt::format("\n--- {}, {}\n{}", paper.what, to_text(paper.at),
                                   plain ? text_of(paper.text) : "(not a text)");
    }
    return answer;
}

Result<Answer> request_check_command(Context& context, const std::string& file) {
    const auto project = TRY(context.open());
    const Bytes receipt = TRY(read_input(context.env, file));
    const release::ReceiptCheck check = TRY(release::check_receipt(*project, text_of(receipt)));
    Answer answer{{{"request", check.request},
                   {"events", check.events},
                   {"holds", check.first_difference.empty()},
                   {"first_difference",
                    check.first_difference.empty() ? Json() : Json(check.first_difference)}},
                  check.first_difference.empty()
                      ? fmt::format("all {} events of the receipt are what the ledger is committed "
                                    "to",
                                    check.events)
                      : "the receipt is not what the ledger is committed to: " +
                            check.first_difference};
    answer.holds = check.first_difference.empty();
    return answer;
}

}  // namespace litura::cli
