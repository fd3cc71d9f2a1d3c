// The machine's clock where it is not believed: an operator looks the day up elsewhere and says it.
#pragma once

#include <string>

#include "base/json.hpp"
#include "service/session.hpp"

namespace litura::service {

struct ConfirmedClock {
    Instant stood;  ///< where time stood until now
    Instant now;
};
/// `day`: "2026-11-30", UTC; there is no default, because a machine does not vouch for itself.
/// Code::bad_input for what is no day, and unless the machine's clock says the same;
/// Code::forbidden on a test project.
Result<ConfirmedClock> confirm_clock(Session& session, const std::string& day);
Json to_json(const ConfirmedClock& confirmed);

}  // namespace litura::service
