// One request as text.
#pragma once

#include <string>

#include "service/requests.hpp"

namespace litura::cli {

/// Two lines at most: what it is, how it stands, what comes next.
std::string request_line(const ledger::Request& request, Instant now);

}  // namespace litura::cli
