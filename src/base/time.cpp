// Civil dates by std::chrono's calendar; no time zone database, no locale.
#include "base/time.hpp"

#include <fmt/format.h>

#include <chrono>

namespace litura {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kDayMs = 86'400'000;

Error malformed() {
    return {Code::bad_input, "not a time in RFC 3339 form", "",
            "write it like 2026-11-23T16:29:00Z"};
}

/// Reads fixed-width fields of digits and literal characters from the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}
    int digits(std::size_t count) {
        if (rest_.size() < count) return fail();
        int value = 0;
        for (std::size_t at = 0; at < count; ++at) {
            if (rest_[at] < '0' || rest_[at] > '9') return fail();
            value = value * 10 + (rest_[at] - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }
    bool take(std::string_view any) {
        if (rest_.empty() || any.find(rest_.front()) == any.npos) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void need(std::string_view any) {
        if (!take(any)) fail();
    }
    char front() const { return rest_.empty() ? '\0' : rest_.front(); }
    int fail() {
        ok_ = false;
        return 0;
    }
    bool ok_at_end() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

int fraction_ms(Scanner& in) {
    int ms = in.digits(1);
    int digits = 1;
    for (; in.front() >= '0' && in.front() <= '9' && digits < 9; ++digits) {
        const int digit = in.digits(1);
        if (digits < 3) ms = ms * 10 + digit;
    }
    for (; digits < 3; ++digits) ms *= 10;
    return ms;
}

std::int64_t offset_minutes(Scanner& in) {
    if (in.take("Zz")) return 0;
    const bool west = in.front() == '-';
    in.need("+-");
    const int hours = in.digits(2);
    in.need(":");
    const int minutes = in.digits(2);
    if (hours > 23 || minutes > 59) in.fail();
    return (hours * 60 + minutes) * (west ? -1 : 1);
}

}  // namespace

Result<Instant> parse_instant(std::string_view text) {
    Scanner in(text);
    const int year = in.digits(4);
    in.need("-");
    const int month = in.digits(2);
    in.need("-");
    const int day = in.digits(2);
    in.need("Tt ");
    const int hour = in.digits(2);
    in.need(":");
    const int minute = in.digits(2);
    in.need(":");
    const int second = in.digits(2);
    const int ms = in.take(".") ? fraction_ms(in) : 0;
    const std::int64_t offset = offset_minutes(in);
    const year_month_day date{std::chrono::year(year),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!in.ok_at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return malformed();
    const std::int64_t midnight = sys_days(date).time_since_epoch().count() * kDayMs;
    const std::int64_t in_day = ((hour * 60 + minute) * 60 + std::int64_t{second}) * 1000 + ms;
    return Instant{midnight + in_day - offset * 60'000};
}

std::string to_text(Instant instant) {
    std::int64_t day = instant.ms / kDayMs;
    std::int64_t ms = instant.ms % kDayMs;
    if (ms < 0) {
        ms += kDayMs;
        --day;
    }
    const year_month_day date{sys_days(days(day))};
    const std::string seconds =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60);
    return ms % 1000 == 0 ? seconds + "Z" : fmt::format("{}.{:03}Z", seconds, ms % 1000);
}

}  // namespace litura
