// The results of orders.hpp as JSON.
#include "ledger/order.hpp"
#include "service/orders.hpp"

namespace litura::service {

Json to_json(const ledger::Order& order) {
    Json json = {{"order", order.id},
                 {"kind", to_text(order.kind)},
                 {"authority", order.authority},
                 {"reference", order.reference},
                 {"provisional", order.provisional},
                 {"from", to_text(order.from)},
                 {"until", optional_time(order.until)},
                 {"lifted_at", optional_time(order.lifted_at)}};
    if (!order.scope.empty()) json["where"] = order.scope;
    if (order.model) json["model"] = digest_text(*order.model);
    if (order.decision)
        json["decided"] = {{"decision", order.decision->text}, {"at", to_text(order.decision->at)}};
    if (order.kind != ledger::OrderKind::stop) return json;
    json["acts"] = Json::array();
    for (const Operation act : order.acts) json["acts"].push_back(ledger::to_text(act));
    return json;
}

Json to_json(const Excluded& excluded) {
    Json json = to_json(excluded.order);
    json["suppressed"] = to_json(excluded.replacement);
    return json;
}

Json to_json(const OrderReport& report) { return report.facts; }

}  // namespace litura::service
