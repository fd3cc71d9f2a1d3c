#include "cli/request_text.hpp"

#include <fmt/format.h>

namespace litura::cli {
namespace {

std::string next_of(const ledger::Request& request) {
    const std::string_view standing = standing_of(request);
    if (request.answered_at) return {};
    if (standing == "to_classify")
        return fmt::format("litura request show {0}, then request classify {0} KIND or answer",
                           request.id);
    if (standing == "need_authority")
        return fmt::format("litura request authority {} --file F", request.id);
    if (standing == "need_verification")
        return fmt::format("litura request verify {} --method HOW", request.id);
    if (request.state == ledger::RequestState::accepted) return {};
    return fmt::format("litura request answer {} --letter F", request.id);
}

std::string words_of(const ledger::Request& request, Instant now) {
    const ledger::Pace pace = pace_of(request, now);
    constexpr std::int64_t kDayMs = 86'400'000;
    const std::int64_t days = (request.due.ms - now.ms) / kDayMs;
    switch (pace) {
        case ledger::Pace::in_time: return fmt::format("in time, {} days left", days);
        case ledger::Pace::at_risk: return fmt::format("DUE SOON, {} days left", days);
        case ledger::Pace::overdue: return fmt::format("OVERDUE by {} days", 1 - days);
        case ledger::Pace::met: return "answered in time";
        case ledger::Pace::missed: return "answered too late";
    }
    return {};
}

}  // namespace

std::string request_line(const ledger::Request& request, Instant now) {
    std::string line = fmt::format(
        "{:<6} {:<17} {:<12} {:<10} {:<19} due {}{}: {}", request.id, to_text(request.kind),
        request.handle, to_text(request.state), standing_of(request), to_text(request.due),
        request.extended_at ? " (extended)" : "", words_of(request, now));
    if (const std::string next = next_of(request); !next.empty()) line += "\n       next: " + next;
    return line;
}

}  // namespace litura::cli
