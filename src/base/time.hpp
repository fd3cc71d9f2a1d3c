// Moments and civil dates. Moments are milliseconds since 1970-01-01T00:00:00Z; text is RFC 3339 in
// UTC.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace litura {

struct Instant {
    std::int64_t ms = 0;
    auto operator<=>(const Instant&) const = default;
    Instant plus_days(std::int64_t days) const { return {ms + days * 86'400'000}; }
    /// Rounded down to the last beginning of an hour or day, UTC: what is handed on says no more.
    Instant hour() const { return whole(3'600'000); }
    Instant day() const { return whole(86'400'000); }

private:
    Instant whole(std::int64_t unit) const { return {ms - (ms % unit + unit) % unit}; }
};

/// RFC 3339 with seconds, optional fraction (kept to the millisecond) and Z or a numeric offset.
Result<Instant> parse_instant(std::string_view text);

/// "2026-11-23T16:29:00Z"; milliseconds only where they are not zero.
std::string to_text(Instant instant);

}  // namespace litura
