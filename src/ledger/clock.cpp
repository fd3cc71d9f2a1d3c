#include "ledger/clock.hpp"

namespace litura::ledger {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kDayMs = 24 * 3600 * kSecondMs;

bool is_working_day(sys_days day, const Calendar& calendar) {
    const std::chrono::weekday weekday(day);
    if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) return false;
    return !calendar.is_holiday || !calendar.is_holiday(year_month_day(day));
}

}  // namespace

Instant months_after(Instant start, int months, const Calendar& calendar) {
    const auto day = std::chrono::floor<days>(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(start.ms)));
    year_month_day same = year_month_day(day) + std::chrono::months(months);
    if (!same.ok()) same = same.year() / same.month() / std::chrono::last;
    sys_days last = same;
    while (!is_working_day(last, calendar)) last += days(1);
    return Instant{(last.time_since_epoch().count() + 1) * kDayMs - kSecondMs};
}

std::string_view to_text(Pace pace) {
    switch (pace) {
        case Pace::in_time: return "in_time";
        case Pace::at_risk: return "at_risk";
        case Pace::overdue: return "overdue";
        case Pace::met: return "met";
        case Pace::missed: return "missed";
    }
    CHECK(false);  // a pace without a name
    return {};
}

// The last second of the due day has passed when the next one begins.
Pace pace_of(const Request& request, Instant now) {
    const Instant end{request.due.ms + kSecondMs};
    if (request.answered_at) return *request.answered_at < end ? Pace::met : Pace::missed;
    if (now >= end) return Pace::overdue;
    return now >= request.due.plus_days(-kRiskDays) ? Pace::at_risk : Pace::in_time;
}

}  // namespace litura::ledger
