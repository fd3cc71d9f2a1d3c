// One request as every result shows it.
#pragma once

#include "ledger/clock.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/standing.hpp"
#include "service/words.hpp"

namespace litura::service {

Json to_json(const ledger::Request& request, Instant now);

}  // namespace litura::service
