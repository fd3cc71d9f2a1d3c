// `status`: what is due, most urgent first; what is deferred and what is forbidden. With --public
// only counters that anybody may see.
#include "service/status.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/request_text.hpp"

namespace litura::cli {
namespace {

std::string model_text(const std::optional<service::Status::Model>& model) {
    if (!model) return "\nmodel: none";
    const derive::Deferred& deferred = model->visible.deferred;
    return fmt::format("\nmodel: {}{}\ndeferred: {} people, {} records, {:.1f} % of the tokens",
                       digest_text(model->visible.model),
                       model->visible.suppressed ? " (suppressed)" : "", deferred.persons,
                       deferred.records, 100 * deferred.share);
}

std::string leap_text(const std::optional<ledger::Ledger::Leap>& leap) {
    if (!leap) return "";
    return fmt::format(
        "\nthe machine's clock says {}, long after the last event: it is not believed, and time "
        "stands still\n  look the day up elsewhere, then say it: litura clock confirm --day "
        "YYYY-MM-DD",
        to_text(leap->machine));
}

std::string clocks_text(const service::Clocks& clocks) {
    if (clocks.open == 0) return "\nno request waits for an answer";
    std::string ages;
    for (std::size_t age = 0; age < service::kAges.size(); ++age)
        ages += fmt::format("{}{}: {}", ages.empty() ? "" : ", ", service::kAges[age],
                            clocks.ages[age]);
    return fmt::format(
        "\n{} requests wait for an answer: {} overdue, {} due within {} days; the oldest is {} "
        "days old ({})",
        clocks.open, clocks.overdue, clocks.at_risk, ledger::kRiskDays,
        clocks.oldest_open_days.value_or(0), ages);
}

std::string asked_text(const service::Status::Asked& asked, Instant now) {
    std::string text = "\n" + request_line(asked.request, now);
    if (asked.to_decide > 0)
        text += fmt::format("\n       {} records of others wait for a decision", asked.to_decide);
    return text;
}

/// The open ones, the next due first; then the others.
std::string requests_text(const service::Status& status) {
    std::string text;
    for (const std::string& id : status.clocks.most_urgent) {
        const auto asked = std::ranges::find(status.requests, id,
                                             [](const auto& each) { return each.request.id; });
        text += asked_text(*asked, status.now);
    }
    for (const auto& asked : status.requests) {
        if (asked.request.answered_at) text += asked_text(asked, status.now);
    }
    return text;
}

std::string render(const service::Status& status) {
    std::string text = fmt::format("{}, {} events{}{}{}{}", to_text(status.now), status.sequence,
                                   leap_text(status.leap), model_text(status.model),
                                   clocks_text(status.clocks), requests_text(status));
    for (const ledger::Order& order : status.orders) text += "\n" + order_line(order);
    for (const ledger::ClassAction& action : status.classes) text += "\n" + class_line(action);
    return text;
}

std::string render(const service::PublicStatus& status) {
    std::string text = "counts are rounded down to tens";
    const auto say = [&](std::string_view what, std::string_view name, const auto& value) {
        text += fmt::format("\n{:<14} {:<17} {}", what, name, value);
    };
    say("cut-off", "", status.cut_off.value_or("-"));
    say("unresolved", "", status.unresolved);
    for (const auto& [what, days] :
         {std::pair("days waiting", status.waiting), {"days to answer", status.answered}}) {
        if (!days) continue;
        say(what, "median", days->median);
        say(what, "greatest", days->greatest);
    }
    for (const auto& [what, counts] : {std::pair("releases", &status.releases),
                                       {"filed", &status.filed},
                                       {"clocks", &status.clocks},
                                       {"denied", &status.denied}}) {
        for (const auto& [name, count] : *counts) say(what, name, count);
    }
    return text;
}

}  // namespace

Result<Answer> status_command(Context& context, const StatusArguments& arguments) {
    const auto session = TRY(context.session());
    if (arguments.for_all) {
        const auto status = TRY(service::public_status(*session));
        return Answer(service::to_json(status), render(status));
    }
    const auto status = TRY(service::status(*session));
    return Answer(service::to_json(status), render(status));
}

}  // namespace litura::cli
