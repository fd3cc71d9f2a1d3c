// One request as every command shows it.
#pragma once

#include "cli/context.hpp"
#include "ledger/clock.hpp"
#include "ledger/standing.hpp"

namespace litura::cli {

Json request_json(const ledger::Request& request, Instant now);
/// Two lines at most: what it is, how it stands, what comes next.
std::string request_line(const ledger::Request& request, Instant now);
Json optional_time(const std::optional<Instant>& at);

}  // namespace litura::cli
