// Orders as rows. Not public.
#pragma once

#include "ledger/event.hpp"
#include "ledger/order.hpp"

namespace litura::ledger {

std::string order_id(std::int64_t number);

/// The number of the next order.
Result<std::int64_t> next_order(Database& db);
/// Nothing if there is none of this number.
Result<std::optional<Order>> read_order(Database& db, EventChain& chain, std::int64_t number);
Result<std::vector<Order>> read_orders(Database& db, EventChain& chain);
/// Takes a model (or null) and an operation; its one column is the number of the first stop order
/// in force that forbids it.
Result<Query> select_stop(Database& db);

}  // namespace litura::ledger
