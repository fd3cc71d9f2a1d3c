// How a project stands: what is due, most urgent first; what is deferred, and what is forbidden.
// And what of it anybody may see: counters, rounded so that nobody's request can be told from them.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "base/json.hpp"
#include "derive/visible.hpp"
#include "ledger/classes.hpp"
#include "ledger/ledger.hpp"
#include "ledger/order.hpp"
#include "service/session.hpp"

namespace litura::service {

/// Ages of open requests in whole days, in weeks and months of the law.
inline constexpr std::array<const char*, 4> kAges = {"up to 7 days", "8 to 14 days",
                                                     "15 to 31 days", "over 31 days"};

struct Clocks {
    std::uint64_t open = 0, at_risk = 0, overdue = 0;
    std::optional<std::int64_t> oldest_open_days;
    std::array<std::uint64_t, kAges.size()> ages{};
    std::vector<std::string> most_urgent;  ///< ids of the open ones, the next due first
};

struct Status {
    /// A request, and how many of other people's records it reached.
    struct Asked {
        ledger::Request request;
        std::size_t barred = 0, to_decide = 0;
    };
    struct Model {
        derive::VisibleModel visible;
        bool stale = false;  ///< a record of it is not admitted any more
    };
    Instant now;
    ledger::Sequence sequence = 0;
    bool test_clock = false;
    /// The machine's clock is not believed; service/clock.hpp ends it.
    std::optional<ledger::Ledger::Leap> leap;
    std::optional<Model> model;
    Clocks clocks;
    std::vector<Asked> requests;  ///< as they were made
    std::vector<ledger::Order> orders;
    std::vector<ledger::ClassAction> classes;
};
Result<Status> status(Session& session);
Json to_json(const Status& status);

/// Every count is rounded down to tens.
struct PublicStatus {
    /// Of at least ten requests.
    struct Days {
        std::int64_t median = 0, greatest = 0;
    };
    using Counts = std::map<std::string, std::uint64_t>;
    std::string month;                   ///< "2026-11"
    std::optional<std::string> cut_off;  ///< the day up to which the last whole model goes
    std::uint64_t unresolved = 0;
    std::optional<Days> waiting, answered;
    Counts filed, clocks, denied;
    Counts releases;  ///< as the channel says it to everybody: not rounded
};
Result<PublicStatus> public_status(Session& session);
Json to_json(const PublicStatus& status);

}  // namespace litura::service
