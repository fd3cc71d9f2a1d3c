#include "service/orders.hpp"

#include "derive/hold.hpp"
#include "derive/project.hpp"
#include "ledger/order.hpp"
#include "ledger/orders.hpp"
#include "release/order_report.hpp"

namespace litura::service {
namespace {

/// It refers to the words of `from`.
ledger::Instruction paper_of(const Instruction& from) {
    ledger::Instruction paper{from.authority, from.reference, {}, from.provisional, from.until};
    if (from.document) paper.document = *from.document;
    return paper;
}

}  // namespace

Result<ledger::Order> stop(Session& session, const Instruction& from,
                           const std::vector<std::string>& acts,
                           const std::optional<Digest>& model) {
    std::vector<Operation> forbidden;
    for (const std::string& name : acts) forbidden.push_back(TRY(ledger::parse_operation(name)));
    if (forbidden.empty() && model)
        forbidden = {Operation::promote, Operation::serve, Operation::publish};
    if (forbidden.empty()) forbidden = ledger::kEveryOperation;
    return session.ledger().orders().stop(paper_of(from), forbidden, model);
}

Result<Excluded> exclude(Session& session, const Instruction& from, const std::string& where) {
    const ledger::Predicate scope = TRY(ledger::Predicate::parse(where));
    Excluded excluded;
    excluded.order = TRY(session.ledger().orders().exclude(paper_of(from), scope));
    excluded.replacement = TRY(leave_out_barred(session));
    return excluded;
}

Result<ledger::Order> hold(Session& session, const Instruction& from, const std::string& where,
                           const Digest& key) {
    const ledger::Predicate scope = TRY(ledger::Predicate::parse(where));
    return session.ledger().orders().hold(paper_of(from), scope, key);
}

Result<ledger::Order> warn(Session& session, const Instruction& from) {
    return session.ledger().orders().warn(paper_of(from));
}

Result<ledger::Order> decide_order(Session& session, const std::string& id,
                                   const std::string& decision) {
    return session.ledger().orders().decide(id, decision);
}

Result<ledger::Order> lift(Session& session, const std::string& id, const std::string& signed_by,
                           const std::string& countersigned_by) {
    const ledger::Order order =
        TRY(session.ledger().orders().lift(id, signed_by, countersigned_by));
    TRY(derive::expire_holds(session.project()));
    return order;
}

Result<OrderReport> report_on_order(Session& session, const std::string& id) {
    release::OrderReport made = TRY(release::report_on_order(session.project(), id));
    OrderReport report;
    report.note = made.note.encode();
    report.key = made.json["key"].get<std::string>();
    report.obeyed = made.obeyed;
    report.text = std::move(made.note.text);
    report.facts = std::move(made.json);
    return report;
}

}  // namespace litura::service
