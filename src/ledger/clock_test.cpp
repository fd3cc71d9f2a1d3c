// The vectors of Regulation 1182/71 with and without holidays, and how a request's clock is read.
#include "ledger/clock.hpp"

#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

std::string end_of(std::string_view start, int months, const Calendar& calendar = {}) {
    return to_text(months_after(on(start), months, calendar)).substr(0, 10);
}

TEST(Clock, A_month_ends_on_the_same_numbered_day_or_the_last) {
    EXPECT_EQ(end_of("2025-01-31", 1), "2025-02-28");
    EXPECT_EQ(end_of("2024-01-30", 1), "2024-02-29");
    EXPECT_EQ(end_of("2026-08-31", 1), "2026-09-30");
    EXPECT_EQ(end_of("2025-05-14", 1), "2025-06-16") << "14 June 2025 is a Saturday";
    EXPECT_EQ(end_of("2026-11-30", 3), "2027-03-01") << "28 February 2027 is a Sunday";
    EXPECT_EQ(end_of("2025-12-15T23:59:59Z", 1), "2026-01-15") << "the day of receipt is one day";
}

TEST(Clock, It_ends_with_the_last_hour_of_its_day) {
    EXPECT_EQ(to_text(months_after(on("2025-01-31T08:30:00Z"), 1, {})), "2025-02-28T23:59:59Z");
}

TEST(Clock, A_run_of_holidays_and_weekends_moves_the_end_past_all_of_them) {
    using namespace std::chrono;
    const Calendar austria{"AT", [](year_month_day day) {
                               return day == 2025y / December / 25 || day == 2025y / December / 26;
                           }};
    EXPECT_EQ(end_of("2025-11-25", 1, austria), "2025-12-29") << "Thursday to Sunday are all free";
    EXPECT_EQ(end_of("2025-11-25", 1), "2025-12-25");
    EXPECT_EQ(end_of("2025-11-24", 1, austria), "2025-12-24") << "a holiday inside moves nothing";
}

TEST(Clock, An_answer_in_the_last_second_is_in_time) {
    Request request;
    request.due = months_after(on("2025-01-31"), 1, {});
    EXPECT_EQ(pace_of(request, on("2025-02-21T23:59:58Z")), Pace::in_time);
    EXPECT_EQ(pace_of(request, on("2025-02-21T23:59:59Z")), Pace::at_risk);
    EXPECT_EQ(pace_of(request, on("2025-02-28T23:59:59.999Z")), Pace::at_risk);
    EXPECT_EQ(pace_of(request, on("2025-03-01")), Pace::overdue);
    request.answered_at = on("2025-02-28T23:59:59Z");
    EXPECT_EQ(pace_of(request, on("2025-03-05")), Pace::met);
    request.answered_at = on("2025-03-01");
    EXPECT_EQ(pace_of(request, on("2025-03-05")), Pace::missed);
}

}  // namespace
}  // namespace litura::ledger::testing
