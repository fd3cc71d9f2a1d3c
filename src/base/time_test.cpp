// Moments as RFC 3339 text: what is read, what is refused, and what is written back.
#include "base/time.hpp"

#include <gtest/gtest.h>

namespace litura {
namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }

TEST(Time, Moments_are_read_with_fraction_and_offset) {
    EXPECT_EQ(at("1970-01-01T00:00:00Z").ms, 0);
    EXPECT_EQ(at("1969-12-31T23:59:59.999Z").ms, -1);
    EXPECT_EQ(at("2026-11-23T16:29:00.5Z").ms, 1795451340500);
    EXPECT_EQ(at("2026-11-23T16:29:00.123456789Z").ms % 1000, 123);
    EXPECT_EQ(at("2026-11-23T18:29:00+02:00"), at("2026-11-23T16:29:00Z"));
    EXPECT_EQ(at("2026-11-23t11:29:00-05:00"), at("2026-11-23T16:29:00z"));
    EXPECT_EQ(at("2024-02-29T00:00:00Z"), at("2024-02-28T00:00:00Z").plus_days(1));
}

TEST(Time, What_is_no_moment_is_refused) {
    for (const char* bad :
         {"", "2026-11-23", "2026-11-23T16:29:00", "2026-11-23T16:29Z", "2025-02-29T00:00:00Z",
          "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-23T24:00:00Z",
          "2026-11-23T16:60:00Z", "2026-11-23T16:29:00.Z", "2026-11-23T16:29:00Z ",
          "2026-11-23T16:29:00+2:00", "2026-11-23T16:29:00+24:00", "2026-11-23T16:29:00+00:60",
          "+2026-11-23T16:29:00Z", "2026-11-23T16:29:00.1234567890Z"}) {
        EXPECT_FALSE(parse_instant(bad).ok()) << bad;
    }
}

TEST(Time, Text_reads_back_as_the_same_moment) {
    for (const std::int64_t ms :
         {0ll, 1ll, -1ll, 999ll, 1795451340500ll, -62135596800000ll, 253402300799999ll}) {
        EXPECT_EQ(at(to_text(Instant{ms})).ms, ms) << to_text(Instant{ms});
    }
    EXPECT_EQ(to_text(Instant{1795451340000}), "2026-11-23T16:29:00Z");
    EXPECT_EQ(to_text(Instant{1795451340050}), "2026-11-23T16:29:00.050Z");
}

TEST(Time, A_day_and_an_hour_begin_where_they_do) {
    const Instant at = parse_instant("2026-11-30T14:49:59.999Z").value();
    EXPECT_EQ(to_text(at.day()), "2026-11-30T00:00:00Z");
    EXPECT_EQ(to_text(at.hour()), "2026-11-30T14:00:00Z");
    EXPECT_EQ(at.day().day(), at.day());
    EXPECT_EQ(to_text(parse_instant("1969-12-31T23:59:59Z").value().day()), "1969-12-31T00:00:00Z");
}

}  // namespace
}  // namespace litura
