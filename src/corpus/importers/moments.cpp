// Reads the many forms of dates in exports: each is rewritten into RFC 3339 and parsed as that.
#include "corpus/importers/moments.hpp"

#include <algorithm>
#include <array>

namespace litura::corpus {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// "Wed Oct 10 20:19:24 +0000 2018": parts of fixed width.
std::string from_x(std::string_view text) {
    const auto month = std::ranges::find(kMonths, text.substr(4, 3));
    if (month == kMonths.end()) return "";
    const auto number = static_cast<int>(month - kMonths.begin()) + 1;
    std::string out(text.substr(26, 4));
    out += number < 10 ? "-0" : "-";
    out += std::to_string(number);
    out += '-';
    out += text.substr(8, 2);
    out += 'T';
    out += text.substr(11, 8);
    out += text.substr(20, 5);
    return out;
}

bool is_zone_sign(char c) { return c == '+' || c == '-'; }

}  // namespace

Result<Instant> parse_moment(std::string_view text) {
    std::string moment(text);
    if (moment.size() == 30 && moment[3] == ' ') moment = from_x(moment);
    if (moment.size() > 10 && moment[10] == ' ') moment[10] = 'T';
    if (moment.ends_with(" UTC")) moment.replace(moment.size() - 4, 4, "Z");
    if (const std::size_t space = moment.find(' '); space != moment.npos) moment.erase(space, 1);
    const std::size_t size = moment.size();
    if (size > 16 && is_zone_sign(moment[size - 5])) moment.insert(size - 2, 1, ':');
    const bool zone =
        moment.ends_with('Z') || (size > 16 && is_zone_sign(moment[moment.size() - 6]));
    if (!zone) moment += 'Z';
    if (moment.size() > 16 && moment[16] != ':') moment.insert(16, ":00");
    return parse_instant(moment);
}

}  // namespace litura::corpus
