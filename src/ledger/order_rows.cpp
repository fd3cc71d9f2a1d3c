// The one place that knows the columns of orders. Who gave one stands in its sealed event only.
#include "ledger/order_rows.hpp"

#include "ledger/fields.hpp"
#include "ledger/request_rows.hpp"

namespace litura::ledger {
namespace {

constexpr std::string_view kOrderRows =
    "SELECT number, kind, acts, scope, from_ms, until_ms, lifted_ms, event, model, decided"
    " FROM \"order\"";
constexpr std::string_view kInForce =
    "SELECT number FROM \"order\" WHERE lifted_ms IS NULL AND kind = 'stop' AND"
    " (model IS NULL OR model = ?) AND"
    " instr(' ' || acts || ' ', ' ' || ? || ' ') > 0 ORDER BY number LIMIT 1";

Result<Order> order_in(EventChain& chain, const Query& row) {
    const Event event = TRY(chain.event(static_cast<Sequence>(row.integer(7))));
    Fields fields(event.payload);
    Order order;
    order.id = order_id(row.integer(0));
    order.kind = TRY(parse_order_kind(row.text(1)));
    order.authority = fields.text("authority");
    order.reference = fields.text("reference");
    order.acts = TRY(parse_operations(row.text(2)));
    order.scope = row.text(3);
    order.provisional = fields.flag("provisional");
    order.from = {row.integer(4)};
    order.until = moment_in(row, 5);
    order.lifted_at = moment_in(row, 6);
    order.event = event.seq;
    if (!row.is_null(8)) order.model = row.digest(8);
    order.key = fields.digest_if("key");
    if (!row.is_null(9)) {
        const Event decision = TRY(chain.event(static_cast<Sequence>(row.integer(9))));
        order.decision = {Fields(decision.payload).text("decision"), decision.at};
    }
    return order;
}

}  // namespace

Result<std::int64_t> next_order(Database& db) {
    auto last = TRY(db.prepare("SELECT coalesce(max(number), 0) FROM \"order\""));
    TRY(last.step());
    return last.integer(0) + 1;
}

Result<std::optional<Order>> read_order(Database& db, EventChain& chain, std::int64_t number) {
    auto rows = TRY(db.prepare(std::string(kOrderRows) + " WHERE number = ?"));
    if (!TRY(rows.bind(number).step())) return std::optional<Order>();
    return std::optional(TRY(order_in(chain, rows)));
}

Result<std::vector<Order>> read_orders(Database& db, EventChain& chain) {
    auto rows = TRY(db.prepare(std::string(kOrderRows) + " ORDER BY number"));
    std::vector<Order> orders;
    while (TRY(rows.step())) orders.push_back(TRY(order_in(chain, rows)));
    return orders;
}

Result<Query> select_stop(Database& db) { return db.prepare(kInForce); }

}  // namespace litura::ledger
