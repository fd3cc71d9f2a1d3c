// Instructions of a court or authority: stop, exclude, hold, warning, lift.
#include "service/orders.hpp"

#include <fmt/format.h>

#include "base/input.hpp"
#include "cli/commands.hpp"

namespace litura::cli {
namespace {

using ledger::OrderKind;

Result<service::Instruction> read_paper(Context& context, const OrderArguments& arguments) {
    service::Instruction paper{
        arguments.authority, arguments.reference, {}, arguments.provisional, {}};
    if (!arguments.until.empty()) paper.until = TRY(parse_instant(arguments.until));
    if (!arguments.document.empty())
        paper.document = TRY(read_document(context.env, arguments.document));
    return paper;
}

std::string joined(const std::vector<Operation>& acts) {
    std::string text;
    for (const Operation act : acts)
        text += (text.empty() ? "" : ", ") + std::string(ledger::to_text(act));
    return text;
}

}  // namespace

std::string order_line(const ledger::Order& order) {
    const bool warning = order.kind == OrderKind::warning;
    std::string line =
        fmt::format("{:<6} {}{} of {}, {}: {}", order.id, order.provisional ? "provisional " : "",
                    to_text(order.kind), order.authority, order.reference,
                    order.lifted_at ? (warning ? "settled" : "lifted")
                    : warning       ? "OPEN"
                                    : "IN FORCE");
    if (order.until) line += (warning ? ", answer before " : ", until ") + to_text(*order.until);
    if (!order.scope.empty()) line += "\n       where " + order.scope;
    if (order.model) line += "\n       about " + digest_text(*order.model);
    if (order.decision)
        line += fmt::format("\n       decided {}: {}", to_text(order.decision->at),
                            order.decision->text);
    if (order.kind == OrderKind::stop && order.acts.size() < ledger::kEveryOperation.size())
        line += "\n       forbids " + joined(order.acts);
    return line;
}

std::string replacement_text(const std::optional<service::Replacement>& replacement) {
    if (!replacement) return {};
    return fmt::format(
        "\n  a model without them is in use, {} records deferred\n  next: litura derive",
        replacement->deferred);
}

Result<Answer> order_stop_command(Context& context, const OrderArguments& arguments) {
    const auto paper = TRY(read_paper(context, arguments));
    std::optional<Digest> model;
    if (!arguments.model.empty()) model = TRY(parse_digest(arguments.model));
    const auto session = TRY(context.session());
    const auto order = TRY(service::stop(*session, paper, arguments.acts, model));
    return Answer(service::to_json(order),
                  fmt::format("{}: from {} on nothing of this is permitted until it is "
                              "lifted: {}",
                              order.id, to_text(order.from), joined(order.acts)));
}

Result<Answer> order_exclude_command(Context& context, const OrderArguments& arguments) {
    const auto paper = TRY(read_paper(context, arguments));
    const auto session = TRY(context.session());
    const auto excluded = TRY(service::exclude(*session, paper, arguments.where));
    const ledger::Order& order = excluded.order;
    return Answer(service::to_json(excluded),
                  fmt::format("{}: from {} on no such record is used until it is lifted; "
                              "the rest goes on\n  where {}{}",
                              order.id, to_text(order.from), order.scope,
                              replacement_text(excluded.replacement)));
}

Result<Answer> order_hold_command(Context& context, const OrderArguments& arguments) {
    const Digest key = TRY(read_key(context, arguments.key));
    const auto paper = TRY(read_paper(context, arguments));
    const auto session = TRY(context.session());
    const auto order = TRY(service::hold(*session, paper, arguments.where, key));
    return Answer(service::to_json(order),
                  fmt::format("{}: what an erasure destroys of this is sealed to the given "
                              "key first, and destroyed on {}\n  where {}",
                              order.id, to_text(*order.until), order.scope));
}

Result<Answer> order_warning_command(Context& context, const OrderArguments& arguments) {
    const auto paper = TRY(read_paper(context, arguments));
    const auto session = TRY(context.session());
    const auto order = TRY(service::warn(*session, paper));
    return Answer(service::to_json(order),
                  fmt::format("{0}: to be answered before {1}; nothing is stopped by it\n  "
                              "next: litura order decide {0}, order stop, or order lift {0} "
                              "once it is settled",
                              order.id, to_text(*order.until)));
}

Result<Answer> order_decide_command(Context& context, const DecisionArguments& arguments) {
    const auto session = TRY(context.session());
    const auto order = TRY(service::decide_order(*session, arguments.id, arguments.decision));
    return Answer(service::to_json(order), order_line(order));
}

Result<Answer> order_report_command(Context& context, const ReportArguments& arguments) {
    const auto session = TRY(context.session());
    const auto report = TRY(service::report_on_order(*session, arguments.id));
    if (!arguments.out.empty()) TRY(context.env.write_file(arguments.out, bytes_of(report.note)));
    Answer said = Answer(service::to_json(report), report.text + report.key);
    said.holds = report.obeyed;
    return said;
}

Result<Answer> order_lift_command(Context& context, const LiftArguments& arguments) {
    const auto session = TRY(context.session());
    const auto order =
        TRY(service::lift(*session, arguments.id, arguments.signed_by, arguments.countersigned_by));
    return Answer(service::to_json(order), order.id + " is lifted");
}

}  // namespace litura::cli
