// Dates of mail as decades of programs wrote them (RFC 822, 5322, asctime): word by word, whatever
// the order, where each word can be one thing only.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "corpus/importers/mail.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kMonthBeginnings = "janfebmaraprmayjunjulaugsepoctnovdec";
constexpr std::array<std::pair<std::string_view, int>, 24> kZones = {{
    {"z", 0},      {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"wet", 0},    {"bst", 60},
    {"met", 60},   {"mez", 60},   {"cet", 60},   {"mest", 120}, {"mesz", 120}, {"cest", 120},
    {"eet", 120},  {"eest", 180}, {"msk", 180},  {"jst", 540},  {"est", -300}, {"edt", -240},
    {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420},
}};

std::optional<int> short_number(std::string_view text) {
    int value = 0;
    if (text.empty() || text.size() > 4 || !std::ranges::all_of(text, is_digit)) return {};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// From 1; 0 if it begins like no month.
int month_named(std::string_view word) {
    if (word.size() < 3) return 0;
    const std::size_t at = kMonthBeginnings.find(word.substr(0, 3));
    return at == kMonthBeginnings.npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
}

struct Parts {
    std::optional<int> day, month, year, hour, minute, second, zone_minutes;
};

/// "15:04", "15:04:05", "15.04.05", "15:04:05.123"
bool take_clock(std::string_view word, Parts& parts) {
    const std::size_t colon = word.find_first_of(":.");
    if (parts.hour || colon == word.npos || colon == 0 || colon > 2) return false;
    const auto hour = short_number(word.substr(0, colon));
    const auto minute = short_number(word.substr(colon + 1, 2));
    if (!hour || !minute) return false;
    word.remove_prefix(std::min(colon + 3, word.size()));
    int second = 0;
    if (word.starts_with(':') || word.starts_with('.')) {
        const auto two = short_number(word.substr(1, 2));
        if (!two) return false;
        second = *two;
    }
    parts.hour = hour;
    parts.minute = minute;
    parts.second = std::min(second, 59);  // a leap second
    return true;
}

/// "+0100", "-01:00", "GMT+1", "EST". What is no known zone is none: then UTC is taken.
bool take_zone(std::string_view word, Parts& parts) {
    if (parts.zone_minutes || !parts.hour) return false;
    const auto* known = std::ranges::find(kZones, word, &std::pair<std::string_view, int>::first);
    if (known != kZones.end()) {
        parts.zone_minutes = known->second;
        return true;
    }
    for (const std::string_view name : {"gmt", "utc"})
        if (word.starts_with(name)) word.remove_prefix(name.size());
    if (!word.starts_with('+') && !word.starts_with('-')) return false;
    const int sign = word.front() == '-' ? -1 : 1;
    std::string digits;
    std::ranges::copy_if(word.substr(1), std::back_inserter(digits), is_digit);
    const auto value = short_number(digits);
    if (!value) return false;
    const int minutes = digits.size() <= 2 ? *value * 60 : *value / 100 * 60 + *value % 100;
    parts.zone_minutes = sign * minutes;
    return true;
}

/// RFC 5322, 4.3: two digits from 50 on are of the last century, three count from 1900.
int whole_year(int year, std::size_t digits) {
    if (digits == 4) return year;
    return digits == 3 || year >= 50 ? 1900 + year : 2000 + year;
}

void take_word(std::string_view word, Parts& parts) {
    if (take_clock(word, parts) || take_zone(word, parts)) return;
    const auto value = short_number(word);
    if (value && !parts.day && word.size() <= 2 && *value >= 1 && *value <= 31) {
        parts.day = value;
    } else if (value && !parts.year && word.size() >= 2) {
        parts.year = whole_year(*value, word.size());
    } else if (!value && !parts.month) {
        if (const int month = month_named(word)) parts.month = month;
    }
}

/// Words in lower case; comments in brackets are left out, and "5-Feb-2009" is three words.
Parts parts_of(std::string_view text) {
    Parts parts;
    std::string word;
    int depth = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const char c = at < text.size() ? text[at] : ' ';
        depth += c == '(' ? 1 : c == ')' && depth > 0 ? -1 : 0;
        const bool sign = (c == '-' || c == '+') && !word.empty() && !parts.hour;
        const bool after_clock = sign && take_clock(word, parts);  // "22:34:43-0500"
        if (after_clock) word.clear();
        const bool dash = sign && !after_clock;
        const bool gap = c == ' ' || c == '\t' || c == ',' || c == '(' || c == ')' || dash;
        if (!gap) {
            if (depth == 0) word += to_lower(c);
            continue;
        }
        if (!word.empty()) take_word(word, parts);
        word.clear();
    }
    return parts;
}

std::string padded(int value, std::size_t digits) {
    std::string text = std::to_string(value);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

}  // namespace

std::optional<Instant> mail_date(std::string_view text) {
    const Parts parts = parts_of(text.substr(0, 256));
    if (!parts.day || !parts.month || !parts.year || !parts.hour) return {};
    const auto local =
        parse_instant(padded(*parts.year, 4) + "-" + padded(*parts.month, 2) + "-" +
                      padded(*parts.day, 2) + "T" + padded(*parts.hour, 2) + ":" +
                      padded(*parts.minute, 2) + ":" + padded(*parts.second, 2) + "Z");
    const int zone = parts.zone_minutes.value_or(0);
    if (!local.ok() || zone < -24 * 60 || zone > 24 * 60) return {};
    return Instant{local.value().ms - std::int64_t{zone} * 60'000};
}

}  // namespace litura::corpus
