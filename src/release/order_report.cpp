// Events carry the ledger's number, nodes the number of the last event before they were installed,
// under one lock: which came first is read, not guessed from clocks.
#include "release/order_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "derive/node_rows.hpp"
#include "derive/store.hpp"
#include "derive/visible.hpp"
#include "ledger/order.hpp"
#include "ledger/orders.hpp"
#include "release/project_log.hpp"

namespace litura::release {
namespace {

using ledger::Order;
using ledger::OrderKind;
using ledger::ProjectEvent;
using ledger::Sequence;

bool forbids(const Order& order, Operation act) {
    return order.kind == OrderKind::stop && std::ranges::find(order.acts, act) != order.acts.end();
}

/// While it was in force: after its event and before its lifting.
struct Span {
    Sequence from = 0;
    std::optional<Sequence> to;
    bool holds(Sequence event) const { return event > from && (!to || event < *to); }
};

/// Its own events: given, decided, lifted.
struct Papers {
    std::vector<ProjectEvent> events;
    Span span;
};

Result<Papers> papers_of(derive::Project& project, const Order& order) {
    Papers papers;
    papers.span.from = order.event;
    constexpr ledger::EventName kTypes[] = {"order.given", "order.lifted", "order.decided"};
    for (ProjectEvent& event : TRY(project.ledger().events(kTypes))) {
        const auto number = event.payload.find("order");
        if (number == event.payload.end() || !number->is_number_integer() ||
            "o-" + std::to_string(number->get<std::int64_t>()) != order.id)
            continue;
        if (event.type == "order.lifted") papers.span.to = event.seq;
        papers.events.push_back(std::move(event));
    }
    return papers;
}

Json node_json(const derive::NodeRow& row) {
    return {{"node", row.key.hex()},
            {"label", row.label},
            {"digest", row.digest ? Json("sha256:" + row.digest->hex()) : Json()},
            {"optimizer_steps", row.steps},
            {"after_event", row.sequence}};
}

/// Trained slices: the last ones installed before the order, one for each chain, and any after it.
struct Nodes {
    Json last = Json::array(), later = Json::array();
};

Result<Nodes> nodes_of(derive::Project& project, const Span& span) {
    std::vector<derive::NodeRow> rows = TRY(derive::node_rows(project.db));
    std::erase_if(rows, [](const derive::NodeRow& row) {
        return row.kind != derive::NodeKind::train || row.sequence == 0;
    });
    Nodes nodes;
    Sequence newest = 0;
    for (const derive::NodeRow& row : rows) {
        if (row.sequence < span.from) newest = std::max(newest, row.sequence);
        const bool after = row.sequence >= span.from && (!span.to || row.sequence < *span.to);
        if (after) nodes.later.push_back(node_json(row));
    }
    for (const derive::NodeRow& row : rows)
        if (row.sequence == newest) nodes.last.push_back(node_json(row));
    return nodes;
}

/// Files in the store that no installed node accounts for: none may be there.
Result<Json> unknown_files(derive::Project& project) {
    std::map<std::string, bool> known;
    for (const derive::NodeRow& row : TRY(derive::node_rows(project.db)))
        known[row.key.hex()] = true;
    Json unknown = Json::array();
    const Path store = project.paths.store();
    for (const std::string& shelf : project.env.list(store)) {
        if (shelf.size() != 2) continue;
        for (const std::string& name : project.env.list(store / shelf))
            if (!known.contains(name)) unknown.push_back(name);
    }
    return unknown;
}

/// What happened while the order was in force that one of its acts forbids.
Result<Json> acts_after(derive::Project& project, const Order& order, const Span& span) {
    struct Trace {
        ledger::EventName type;
        Operation operation;
    };
    constexpr Trace kTraces[] = {{"model.visible", Operation::promote},
                                 {"model.exported", Operation::publish},
                                 {"release.published", Operation::publish}};
    Json found = Json::array();
    for (const auto& [type, act] : kTraces) {
        if (!forbids(order, act)) continue;
        for (const ProjectEvent& event : TRY(project.ledger().events(type))) {
            const bool other =
                order.model && event.payload.value("model", "") != order.model->hex();
            if (!span.holds(event.seq) || other) continue;
            found.push_back(
                {{"event", event.seq}, {"at", to_text(event.at)}, {"what", event.type}});
        }
    }
    return found;
}

Result<Json> refusals(derive::Project& project, const Order& order, ledger::EventName type) {
    Json found = Json::array();
    for (const ProjectEvent& event : TRY(project.ledger().events(type))) {
        if (event.payload.value("order", "") != order.id) continue;
        Json one{{"event", event.seq}, {"at", to_text(event.at)}};
        for (const char* field : {"command", "tokens"})
            if (event.payload.contains(field)) one[field] = event.payload[field];
        found.push_back(std::move(one));
    }
    return found;
}

Json papers_json(const Papers& papers) {
    Json list = Json::array();
    for (const ProjectEvent& event : papers.events) {
        Json one{{"event", event.seq}, {"at", to_text(event.at)}, {"what", event.type}};
        for (const char* field : {"authority", "reference", "document", "provisional", "decision",
                                  "signed_by", "countersigned_by"})
            if (event.payload.contains(field)) one[field] = event.payload[field];
        list.push_back(std::move(one));
    }
    return list;
}

std::string line(const Json& event) {
    std::string text = fmt::format("{}  {} (ledger event {})", event["at"].get<std::string>(),
                                   event.value("what", event.value("command", "")),
                                   event["event"].get<Sequence>());
    for (const char* field : {"decision", "signed_by", "countersigned_by"})
        if (event.contains(field))
            text += fmt::format("; {}: {}", field, event[field].get<std::string>());
    return text + "\n";
}

std::string words(const Json& json) {
    std::string text =
        fmt::format("Report on order {}: {} of {}, {}\nwritten {}, ledger event {}\n\n",
                    json["order"].get<std::string>(), json["kind"].get<std::string>(),
                    json["authority"].get<std::string>(), json["reference"].get<std::string>(),
                    json["written_at"].get<std::string>(), json["sequence"].get<Sequence>());
    for (const Json& event : json["events"]) text += line(event);
    if (json.contains("last_nodes")) {
        text += "\nLast trained slices before it:\n";
        for (const Json& node : json["last_nodes"])
            text += fmt::format("- {}, {} optimizer steps, {}\n", node["label"].get<std::string>(),
                                node["optimizer_steps"].get<std::uint64_t>(),
                                node["digest"].is_null() ? "" : node["digest"].get<std::string>());
        text +=
            fmt::format("Slices installed while it was in force: {}\n", json["later_nodes"].size());
        text += fmt::format("Weight files that no recorded slice accounts for: {}\n",
                            json["unknown_files"].size());
        text += fmt::format("Forbidden acts recorded while it was in force: {}\n",
                            json["forbidden_acts"].size());
        for (const Json& event : json["forbidden_acts"]) text += "- " + line(event);
        text += fmt::format("Commands refused because of it: {}\n", json["refused"].size());
        for (const Json& event : json["stopped"])
            text +=
                fmt::format("{}  a running derivation ended after {} tokens (ledger event {})\n",
                            event["at"].get<std::string>(), event["tokens"].get<std::uint64_t>(),
                            event["event"].get<Sequence>());
    }
    text +=
        "\nNot covered:\n- copies of models that left the project before the order\n"
        "- machines that this project does not know of\n";
    return text;
}

Result<Order> order_of(derive::Project& project, std::string_view id) {
    for (Order& order : TRY(project.ledger().orders().all()))
        if (order.id == id) return std::move(order);
    return Error{Code::bad_input, "there is no such order", "", "see `litura status`"};
}

}  // namespace

Result<OrderReport> report_on_order(derive::Project& project, std::string_view id) {
    const Order order = TRY(order_of(project, id));
    const Papers papers = TRY(papers_of(project, order));
    OrderReport out;
    const std::string now = to_text(TRY(project.ledger().now()));
    const Sequence sequence = TRY(project.ledger().sequence());
    out.json = {{"order", order.id},
                {"kind", to_text(order.kind)},
                {"authority", order.authority},
                {"reference", order.reference},
                {"where", order.scope.empty() ? Json() : Json(order.scope)},
                {"model", order.model ? Json("sha256:" + order.model->hex()) : Json()},
                {"acts", Json::array()},
                {"accepted_at", to_text(order.from)},
                {"accepted_event", order.event},
                {"lifted_at", order.lifted_at ? Json(to_text(*order.lifted_at)) : Json()},
                {"written_at", now},
                {"sequence", sequence},
                {"events", papers_json(papers)}};
    for (const Operation act : order.acts) out.json["acts"].push_back(ledger::to_text(act));
    if (order.kind == OrderKind::stop) {
        const Nodes nodes = TRY(nodes_of(project, papers.span));
        out.json["last_nodes"] = nodes.last;
        out.json["later_nodes"] = nodes.later;
        out.json["unknown_files"] = TRY(unknown_files(project));
        out.json["forbidden_acts"] = TRY(acts_after(project, order, papers.span));
        out.json["refused"] = TRY(refusals(project, order, "act.refused"));
        out.json["stopped"] = TRY(refusals(project, order, "derivation.stopped"));
        const bool trains =
            !order.model && (forbids(order, Operation::step) || forbids(order, Operation::write));
        out.obeyed = out.json["forbidden_acts"].empty() && out.json["unknown_files"].empty() &&
                     (!trains || nodes.later.empty());
    }
    const ProjectLog log = TRY(open_log(project));
    out.note = log.sign(words(out.json));
    out.json["obeyed"] = out.obeyed;
    out.json["signed"] = out.note.encode();
    out.json["key"] = log.log.verifier().text();
    return out;
}

}  // namespace litura::release
