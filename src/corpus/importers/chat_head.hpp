// The front of a line of an exported chat: when, in the forms of phones of many languages. Which
// number is the day shows only over the whole file; where it does not, nothing is guessed.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace litura::corpus {

/// The three numbers of a date as they stand, and the time of day.
struct ChatHead {
    std::array<int, 3> date{};
    bool year_first = false;
    bool day_first = false;  ///< sure: with dots, no phone writes the month first
    bool bracket = false;
    bool signals = false;  ///< "[2019-12-24, 12:23]", as Signal writes
    int hour = 0, minute = 0, second = 0;
    std::string_view rest;  ///< of the line: "Name: text", or what the program says
};

/// "[2019-12-24, 12:23:45] ", "24/12/19, 12:23 - ", "1/20/2019, 11:23 a. m. - ", "24.12.2019
/// klo 12.23 - ", "2024/01/05 午後3:02 - ", "٢٤/١٢/٢٠١٩، ١٢:٢٣ م - ", "01.04.2015 - 16:00:27; ".
std::optional<ChatHead> take_chat_head(std::string_view line);

/// What the dates of a file say together about which number is the day.
class DateOrder {
public:
    void see(const ChatHead& head);
    /// Nothing where both orders are possible or none is.
    std::optional<Instant> moment_of(const ChatHead& head) const;

private:
    std::optional<std::array<int, 3>> date_of(const ChatHead& head) const;
    bool day_first_ = false, month_first_ = false;
    bool day_first_runs_ = true, month_first_runs_ = true;
    std::array<int, 3> before_{};
};

/// Without marks of direction, and with plain spaces for the others; no line end.
std::string plain_line(std::string_view line);

}  // namespace litura::corpus
