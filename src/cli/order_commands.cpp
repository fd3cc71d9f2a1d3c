// Instructions of a court or authority: stop, exclude, warning, lift.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "derive/hold.hpp"
#include "derive/rights.hpp"
#include "release/order_report.hpp"

namespace litura::cli {
namespace {

using ledger::OrderKind;

/// The words of an Instruction, kept while it is given.
struct Paper {
    Bytes document;
    ledger::Instruction instruction;
};

Result<Paper> read_paper(Context& context, const OrderArguments& arguments) {
    Paper paper;
    paper.instruction.authority = arguments.authority;
    paper.instruction.reference = arguments.reference;
    paper.instruction.provisional = arguments.provisional;
    if (!arguments.until.empty()) paper.instruction.until = TRY(parse_instant(arguments.until));
    if (!arguments.document.empty()) {
        paper.document = TRY(context.env.read_file(arguments.document));
        paper.instruction.document = paper.document;
    }
    return paper;
}

std::string joined(const std::vector<litura::Act>& acts) {
    std::string text;
    for (const litura::Act act : acts)
        text += (text.empty() ? "" : ", ") + std::string(ledger::to_text(act));
    return text;
}

}  // namespace

Json order_json(const ledger::Order& order) {
    Json json = {{"order", order.id},
                 {"kind", to_text(order.kind)},
                 {"authority", order.authority},
                 {"reference", order.reference},
                 {"provisional", order.provisional},
                 {"from", to_text(order.from)},
                 {"until", order.until ? Json(to_text(*order.until)) : Json()},
                 {"lifted_at", order.lifted_at ? Json(to_text(*order.lifted_at)) : Json()}};
    if (!order.scope.empty()) json["where"] = order.scope;
    if (order.model) json["model"] = digest_text(*order.model);
    if (order.decision)
        json["decided"] = {{"decision", order.decision->text}, {"at", to_text(order.decision->at)}};
    if (order.kind != OrderKind::stop) return json;
    json["acts"] = Json::array();
    for (const litura::Act act : order.acts) json["acts"].push_back(ledger::to_text(act));
    return json;
}

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
    if (order.kind == OrderKind::stop && order.acts.size() < ledger::kEveryAct.size())
        line += "\n       forbids " + joined(order.acts);
    return line;
}

Result<Answer> order_stop_command(Context& context, const OrderArguments& arguments) {
    const auto project = TRY(context.open());
    std::vector<litura::Act> acts;
    for (const std::string& name : arguments.acts)
        acts.push_back(TRY(ledger::parse_permitted_act(name)));
    const Paper paper = TRY(read_paper(context, arguments));
    std::optional<Digest> model;
    if (!arguments.model.empty()) {
        model = TRY(parse_digest(arguments.model));
        if (acts.empty()) acts = {litura::Act::promote, litura::Act::serve, litura::Act::publish};
    }
    const ledger::Order order = TRY(
        project->ledger().stop(paper.instruction, acts.empty() ? ledger::kEveryAct : acts, model));
    return Answer{order_json(order),
                  fmt::format("{}: from {} on nothing of this is permitted until it is lifted: {}",
                              order.id, to_text(order.from), joined(order.acts))};
}

void add_suppressed(Answer& answer, const std::optional<derive::Derived>& suppressed) {
    answer.json["suppressed"] = nullptr;
    if (!suppressed) return;
    answer.json["suppressed"] = {{"model", digest_text(suppressed->model)},
                                 {"deferred_records", suppressed->deferred}};
    answer.text += fmt::format(
        "\n  a model without them is in use, {} records deferred\n  next: litura derive",
        suppressed->deferred);
}

Result<Answer> order_exclude_command(Context& context, const OrderArguments& arguments) {
    const auto project = TRY(context.open());
    const ledger::Predicate scope = TRY(ledger::Predicate::parse(arguments.where));
    const Paper paper = TRY(read_paper(context, arguments));
    const ledger::Order order = TRY(project->ledger().exclude(paper.instruction, scope));
    const auto suppressed = TRY(derive::leave_out_barred(*project));
    Answer answer{order_json(order),
                  fmt::format("{}: from {} on no such record is used until it is lifted; the rest "
                              "goes on\n  where {}",
                              order.id, to_text(order.from), order.scope)};
    add_suppressed(answer, suppressed);
    return answer;
}

Result<Answer> order_hold_command(Context& context, const OrderArguments& arguments) {
    const auto project = TRY(context.open());
    const ledger::Predicate scope = TRY(ledger::Predicate::parse(arguments.where));
    const Digest key = TRY(read_key(context, arguments.key));
    const Paper paper = TRY(read_paper(context, arguments));
    const ledger::Order order = TRY(project->ledger().hold(paper.instruction, scope, key));
    return Answer{
        order_json(order),
        fmt::format("{}: what an erasure destroys of this is sealed to the given key first, "
                    "and destroyed on {}\n  where {}",
                    order.id, to_text(*order.until), order.scope)};
}

Result<Answer> order_decide_command(Context& context, const DecisionArguments& arguments) {
    const auto project = TRY(context.open());
    const ledger::Order order =
        TRY(project->ledger().decide_order(arguments.id, arguments.decision));
    return Answer{order_json(order), order_line(order)};
}

Result<Answer> order_report_command(Context& context, const ReportArguments& arguments) {
    const auto project = TRY(context.open());
    const release::OrderReport report = TRY(release::report_on_order(*project, arguments.id));
    if (!arguments.out.empty())
        TRY(context.env.write_file(arguments.out, bytes_of(report.note.encode())));
    return Answer{report.json, report.note.text + report.json["key"].get<std::string>(),
                  report.obeyed};
}

Result<Answer> order_warning_command(Context& context, const OrderArguments& arguments) {
    const auto project = TRY(context.open());
    const Paper paper = TRY(read_paper(context, arguments));
    const ledger::Order order = TRY(project->ledger().warn(paper.instruction));
    return Answer{
        order_json(order),
        fmt::format("{}: to be answered before {}; nothing is stopped by it\n  next: "
                    "litura order decide {}, order stop, or order lift {} once it is settled",
                    order.id, to_text(*order.until), order.id, order.id)};
}

Result<Answer> order_lift_command(Context& context, const LiftArguments& arguments) {
    const auto project = TRY(context.open());
    const ledger::Order order =
        TRY(project->ledger().lift(arguments.id, arguments.signed_by, arguments.countersigned_by));
    TRY(derive::expire_holds(*project));
    return Answer{order_json(order), fmt::format("{} is lifted", order.id)};
}

}  // namespace litura::cli
