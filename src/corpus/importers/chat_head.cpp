// The front is rewritten into ASCII with the places where its signs stood, and read as that.
#include "corpus/importers/chat_head.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kHeadMax = 96;

/// Marks of direction and the spaces that phones put before "PM".
constexpr std::string_view kMarks[] = {"\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\uFEFF"};
constexpr std::string_view kWideSpaces[] = {"\u00A0", "\u202F", "\u2009", "\u2007", "\u3000"};

struct Rewritten {
    std::string_view from, to;
};
constexpr Rewritten kSigns[] = {{"\u060C", ","}, {"\uFF0C", ","}, {"\uFF1A", ":"}, {"\u2013", "-"}};

/// Before or after the time of day: which half it is. 'a' and 'p' stand for them.
constexpr Rewritten kHalves[] = {
    {"午前", "a"},   {"午後", "p"},   {"上午", "a"},   {"下午", "p"},    {"凌晨", "a"},
    {"清晨", "a"},   {"早上", "a"},   {"中午", "p"},   {"傍晚", "p"},    {"晚上", "p"},
    {"오전", "a"},   {"오후", "p"},   {"ص", "a"},      {"م", "p"},       {"π.μ.", "a"},
    {"μ.μ.", "p"},   {"π.μ", "a"},    {"μ.μ", "p"},    {"πμ", "a"},      {"μμ", "p"},
    {"ÖÖ", "a"},     {"ÖS", "p"},     {"SA", "a"},     {"CH", "p"},      {"fm", "a"},
    {"em", "p"},     {"f.m.", "a"},   {"e.m.", "p"},   {"ap.", "a"},     {"ip.", "p"},
    {"de.", "a"},    {"du.", "p"},    {"dop.", "a"},   {"odp.", "p"},    {"vorm.", "a"},
    {"nachm.", "p"}, {"पूर्वाह्न", "a"}, {"अपराह्न", "p"}, {"ก่อนเที่ยง", "a"}, {"หลังเที่ยง", "p"}};

/// Between date and time.
constexpr std::string_view kAt[] = {"klo", "kl.", "kl",   "um", "a las", "a la", "alle",
                                    "às",  "as",  "à",    "om", "ob",    "o",    "u",
                                    "v",   "в",   "στις", "at", "pukul", "lúc"};

/// A digit of the Arabic or the Persian row, and its length.
int eastern_digit(std::string_view text) {
    if (text.size() < 2) return -1;
    const auto first = static_cast<unsigned char>(text[0]),
               second = static_cast<unsigned char>(text[1]);
    if (first == 0xD9 && second >= 0xA0 && second <= 0xA9) return second - 0xA0;
    if (first == 0xDB && second >= 0xB0 && second <= 0xB9) return second - 0xB0;
    return -1;
}

/// The front of a line in plain signs, and where in the line each of them stood.
struct Front {
    std::string text;
    std::vector<std::size_t> places;

    explicit Front(std::string_view line) {
        for (std::size_t at = 0; at < std::min(line.size(), kHeadMax);) {
            const std::string_view rest = line.substr(at);
            const auto here = [&](std::string_view sign) { return rest.starts_with(sign); };
            if (const auto* mark = std::ranges::find_if(kMarks, here); mark != std::end(kMarks)) {
                at += mark->size();
                continue;
            }
            places.push_back(at);
            const auto* space = std::ranges::find_if(kWideSpaces, here);
            const auto* sign = std::ranges::find_if(kSigns, here, &Rewritten::from);
            if (space != std::end(kWideSpaces)) {
                text += ' ';
                at += space->size();
            } else if (sign != std::end(kSigns)) {
                text += sign->to;
                at += sign->from.size();
            } else if (const int digit = eastern_digit(rest); digit >= 0) {
                text += static_cast<char>('0' + digit);
                at += 2;
            } else {
                text += line[at++];
            }
        }
        places.push_back(std::min(line.size(), kHeadMax));
    }
};

/// A cursor over the front.
struct Cursor {
    std::string_view rest;

    bool take(std::string_view sign) {
        if (!rest.starts_with(sign)) return false;
        rest.remove_prefix(sign.size());
        return true;
    }
    bool take_any(std::string_view signs) {
        if (rest.empty() || signs.find(rest.front()) == signs.npos) return false;
        rest.remove_prefix(1);
        return true;
    }
    void skip_spaces() {
        while (take(" ")) {
        }
    }
    /// Of at most four digits; -1 if there is none.
    int number(std::size_t& digits) {
        const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
        digits = end;
        int value = -1;
        if (end == 0 || end > 4) return -1;
        std::from_chars(rest.data(), rest.data() + end, value);
        rest.remove_prefix(end);
        return value;
    }
    /// 'a', 'p', or 0 if no half of the day is named.
    char half() {
        Cursor at = *this;
        at.skip_spaces();
        for (const auto& [word, which] : kHalves) {
            if (!at.take(word)) continue;
            *this = at;
            return which[0];
        }
        const bool morning = at.take_any("aA");
        if (!morning && !at.take_any("pP")) return 0;
        at.take(".");
        at.skip_spaces();
        if (!at.take_any("mM")) return 0;
        at.take(".");
        *this = at;
        return morning ? 'a' : 'p';
    }
    void skip_word_before_time() {
        for (const std::string_view word : kAt) {
            Cursor at = *this;
            if (!at.take(word) || !at.take(" ")) continue;
            at.skip_spaces();
            *this = at;
            return;
        }
    }
};

bool take_time(Cursor& at, ChatHead& head) {
    std::size_t digits = 0;
    char half = at.half();
    at.skip_spaces();
    head.hour = at.number(digits);
    if (head.hour < 0 || !at.take_any(":.")) return false;
    head.minute = at.number(digits);
    if (head.minute < 0 || digits != 2) return false;
    if (at.take_any(":.")) head.second = at.number(digits);
    if (head.second < 0) return false;
    if (half == 0) half = at.half();
    if (half != 0) head.hour = head.hour % 12 + (half == 'a' ? 0 : 12);
    return true;
}

bool take_date(Cursor& at, ChatHead& head) {
    char separator = 0;
    for (std::size_t part = 0; part < 3; ++part) {
        std::size_t digits = 0;
        if (part > 0) {
            separator = at.rest.empty() ? '\0' : at.rest.front();
            if (!at.take_any("-/.")) return false;
        }
        at.skip_spaces();
        head.date[part] = at.number(digits);
        if (head.date[part] < 0) return false;
        if (part == 0) head.year_first = digits == 4;
    }
    head.day_first = separator == '.' && !head.year_first;
    return true;
}

/// What stands between the time and the name.
bool take_end(Cursor& at, bool bracket) {
    if (bracket ? !at.take("]") : !(at.take(" -") || at.take(":") || at.take(";"))) return false;
    return at.take(" ") || at.rest.empty();
}

}  // namespace

std::optional<ChatHead> take_chat_head(std::string_view line) {
    const Front front(line);
    Cursor at{front.text};
    ChatHead head;
    head.bracket = at.take("[");
    if (!take_date(at, head)) return {};
    at.take_any(",.");
    if (!at.take(" ")) return {};
    at.skip_spaces();
    if (!head.bracket && at.take("- ")) at.skip_spaces();
    at.skip_word_before_time();
    if (!take_time(at, head) || !take_end(at, head.bracket)) return {};
    const std::size_t read = front.text.size() - at.rest.size();
    head.signals = head.bracket && head.year_first && front.text.size() > 18 &&
                   front.text[5] == '-' && front.text[18] == ']';
    head.rest = line.substr(front.places[read]);
    return head;
}

void DateOrder::see(const ChatHead& head) {
    if (head.year_first) return;
    day_first_ = day_first_ || head.day_first || head.date[0] > 12;
    month_first_ = month_first_ || head.date[1] > 12;
    const auto later = [&](std::size_t month, std::size_t day) {
        const auto key = [&](const std::array<int, 3>& date) {
            return std::array{date[2], date[month], date[day]};
        };
        return key(head.date) >= key(before_);
    };
    day_first_runs_ = day_first_runs_ && later(1, 0);
    month_first_runs_ = month_first_runs_ && later(0, 1);
    before_ = head.date;
}

/// Year, month, day.
std::optional<std::array<int, 3>> DateOrder::date_of(const ChatHead& head) const {
    std::array<int, 3> date = head.date;
    if (head.year_first) return date;
    bool day_first = day_first_;
    if (day_first_ == month_first_) {
        if (day_first_ || day_first_runs_ == month_first_runs_) return {};
        day_first = day_first_runs_;
    }
    const int year = date[2] < 100 ? 2000 + date[2] : date[2];
    return day_first ? std::array{year, date[1], date[0]} : std::array{year, date[0], date[1]};
}

std::optional<Instant> DateOrder::moment_of(const ChatHead& head) const {
    const auto date = date_of(head);
    if (!date) return {};
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    const auto moment =
        parse_moment(std::to_string((*date)[0]) + "-" + two((*date)[1]) + "-" + two((*date)[2]) +
                     "T" + two(head.hour) + ":" + two(head.minute) + ":" + two(head.second) + "Z");
    return moment.ok() ? std::optional(moment.value()) : std::nullopt;
}

std::string plain_line(std::string_view line) {
    std::string out;
    while (!line.empty()) {
        const auto front = [&](std::string_view sign) { return line.starts_with(sign); };
        const bool ascii = static_cast<unsigned char>(line.front()) < 0x80;
        const auto* mark = ascii ? std::end(kMarks) : std::ranges::find_if(kMarks, front);
        const auto* space =
            ascii ? std::end(kWideSpaces) : std::ranges::find_if(kWideSpaces, front);
        if (mark != std::end(kMarks)) {
            line.remove_prefix(mark->size());
        } else if (space != std::end(kWideSpaces)) {
            out += ' ';
            line.remove_prefix(space->size());
        } else {
            out += line.front();
            line.remove_prefix(1);
        }
    }
    while (out.ends_with('\r')) out.pop_back();
    return out;
}

}  // namespace litura::corpus
