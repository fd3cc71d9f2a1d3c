// The clock of a request: Regulation (EEC, Euratom) 1182/71 Art. 3 for the end of a period in
// months, GDPR Art. 12(3) for which period it is. Pure functions of moments and a calendar; what
// they give is written into the request's event, so that a holiday that is declared later moves no
// old date. Days are UTC days: a controller east of Greenwich counts itself an hour or two early.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "ledger/types.hpp"

namespace litura::ledger {

/// How long somebody has to be answered, and whose holidays count.
struct Calendar {
    std::string country;  ///< ISO 3166-1, two capitals; empty: no holidays are known
    std::function<bool(std::chrono::year_month_day)> is_holiday;
    int months = 1;           ///< GDPR Art. 12(3), first sentence
    int months_extended = 3;  ///< from receipt, with two further months: second sentence
};

/// The day of `start` does not count; the period ends with the last hour of the same-numbered day
/// `months` later, or of that month's last day; if that is a Saturday, Sunday or public holiday, of
/// the next working day.
Instant months_after(Instant start, int months, const Calendar& calendar);

enum class Pace {
    in_time,
    at_risk,  ///< open, and due within kRiskDays
    overdue,
    met,    ///< the person was told in time
    missed  ///< the person was told, too late
};
inline constexpr std::int64_t kRiskDays = 7;
std::string_view to_text(Pace);

/// The clock runs from receipt until the person was told what was done, or why not.
Pace pace_of(const Request& request, Instant now);

}  // namespace litura::ledger
