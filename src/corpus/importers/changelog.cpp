// Written by hand instead of with a regular expression: the files are other people's bytes.
#include "corpus/importers/changelog.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kBodyMax = 1 << 20;
constexpr std::string_view kSpaces = " \t\r\n";

/// Takes the word at the front.
std::string_view take_word(std::string_view& text) {
    text = trimmed(text);
    const std::size_t end = std::min(text.find_first_of(kSpaces), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

/// A number of `shortest` to `longest` digits and nothing else.
std::optional<unsigned> number(std::string_view text, std::size_t shortest, std::size_t longest) {
    if (text.size() < shortest || text.size() > longest) return std::nullopt;
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<unsigned> month_of(std::string_view name) {
    constexpr std::array<std::string_view, 12> kMonthNames = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto found = std::find(kMonthNames.begin(), kMonthNames.end(), name);
    if (found == kMonthNames.end()) return std::nullopt;
    return static_cast<unsigned>(found - kMonthNames.begin()) + 1;
}

std::string two_digits(unsigned value) {
    return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

/// "15:04" or "15:04:05" with one or two digits for the hour, as "15:04:05".
std::optional<std::string> clock_of(std::string_view text) {
    if (text.size() < 4) return std::nullopt;
    if (text[1] == ':') return clock_of("0" + std::string(text));
    if (text.size() == 5) return std::string(text) + ":00";
    return std::string(text);
}

std::optional<std::string> offset_of(std::string_view zone) {
    if (zone == "GMT" || zone == "UTC" || zone == "UT") return "Z";
    if (zone.size() != 5 || !number(zone.substr(1), 4, 4).has_value()) return std::nullopt;
    return std::string(zone.substr(0, 3)) + ":" + std::string(zone.substr(3));
}

/// "package (version) distribution; urgency=..." yields "package_version".
std::optional<std::string> header_id(std::string_view line) {
    constexpr std::string_view kName =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
    const std::size_t name_end = line.find_first_not_of(kName);
    if (name_end == 0 || name_end == line.npos) return std::nullopt;
    const std::string_view rest = trimmed(line.substr(name_end));
    const std::size_t close = rest.find(')');
    if (!rest.starts_with('(') || close == rest.npos || close < 2) return std::nullopt;
    const std::string_view version = rest.substr(1, close - 1);
    if (version.find_first_of(" \t(<>") != version.npos || rest.find(';', close) == rest.npos)
        return std::nullopt;
    return std::string(line.substr(0, name_end)) + "_" + std::string(version);
}

bool is_trailer(std::string_view line) {
    return line.starts_with(" --") && !line.starts_with(" ---");
}

/// The name in "[ Name ]", which opens a section of an entry.
std::optional<std::string_view> section_name(std::string_view line) {
    line = trimmed(line);
    if (!line.starts_with("[ ") || !line.ends_with(" ]") || line.size() < 5) return std::nullopt;
    return trimmed(line.substr(2, line.size() - 4));
}

/// The body with every section of somebody else than `name` cut to the mark.
std::string own_sections(std::string_view body, std::string_view name) {
    std::string out;
    bool other = false;
    while (!body.empty()) {
        const std::size_t end = body.find('\n') + 1;
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(end);
        if (const auto section = section_name(line)) {
            other = *section != name;
            if (other) out.append(kQuoteMark).push_back('\n');
        }
        if (!other) out.append(line);
    }
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    return out;
}

}  // namespace

Result<Instant> parse_mail_date(std::string_view text) {
    const Error malformed{Code::bad_input, "not a date in RFC 2822 form", "", ""};
    std::string_view word = take_word(text);
    if (word.ends_with(',')) word = take_word(text);
    const auto day = number(word, 1, 2);
    const auto month = month_of(take_word(text));
    const auto year = number(take_word(text), 4, 4);
    const auto clock = clock_of(take_word(text));
    const auto offset = offset_of(take_word(text));
    if (!day || !month || !year || !clock || !offset) return malformed;
    const std::string date = two_digits(*year / 100) + two_digits(*year % 100) + "-" +
                             two_digits(*month) + "-" + two_digits(*day);
    return parse_instant(date + "T" + *clock + *offset);
}

std::optional<ChangelogParser::Outcome> ChangelogParser::take(std::string_view line) {
    while (!line.empty() && kSpaces.find(line.back()) != kSpaces.npos) line.remove_suffix(1);
    return inside_ ? take_inside(line) : take_outside(line);
}

std::optional<ChangelogParser::Outcome> ChangelogParser::take_outside(std::string_view line) {
    if (line.empty()) return std::nullopt;
    const auto id = header_id(line);
    if (!id.has_value()) {
        const bool first = !in_junk_;
        in_junk_ = true;
        return first ? std::optional<Outcome>("not_an_entry") : std::nullopt;
    }
    clear();
    inside_ = true;
    id_ = *id;
    return std::nullopt;
}

std::optional<ChangelogParser::Outcome> ChangelogParser::take_inside(std::string_view line) {
    if (is_trailer(line)) {
        Outcome outcome = close(line);
        clear();
        return outcome;
    }
    if (header_id(line).has_value()) {
        clear();
        take_outside(line);
        return "no_trailer";
    }
    const std::size_t indentation = line.starts_with("  ") ? 2 : line.starts_with(' ') ? 1 : 0;
    if (body_.size() + line.size() > kBodyMax) {
        too_long_ = true;
    } else if (!line.empty() || !body_.empty()) {
        body_.append(line.substr(indentation)).push_back('\n');
    }
    return std::nullopt;
}

std::optional<ChangelogParser::Outcome> ChangelogParser::finish() {
    const bool unfinished = inside_;
    clear();
    return unfinished ? std::optional<Outcome>("no_trailer") : std::nullopt;
}

ChangelogParser::Outcome ChangelogParser::close(std::string_view trailer) {
    const std::size_t begin = trailer.find_first_not_of(kSpaces, 3);
    const std::size_t mail = trailer.find(" <");
    const std::size_t end = trailer.find('>', mail == trailer.npos ? 0 : mail);
    if (begin == trailer.npos || mail == trailer.npos || end == trailer.npos || mail <= begin)
        return "bad_trailer";
    const auto at = parse_mail_date(trailer.substr(end + 1));
    if (!at.ok()) return "bad_time";
    if (too_long_) return "too_long";
    const std::string_view author = trailer.substr(begin, end + 1 - begin);
    if (!is_utf8(author) || !is_utf8(body_) || !is_utf8(id_)) return "not_utf8";
    return record_of(author, at.value());
}

ChangelogParser::Outcome ChangelogParser::record_of(std::string_view author, Instant at) {
    const std::string_view name = trimmed(author.substr(0, author.rfind(" <")));
    IncomingRecord record;
    record.id = PersonalText(id_);
    record.author = PersonalText(std::string(author));
    record.text = PersonalText(own_sections(body_, name));
    record.created_at = at;
    record.audience = ledger::Audience::everyone;
    return record;
}

void ChangelogParser::clear() {
    inside_ = in_junk_ = too_long_ = false;
    wipe(body_.data(), body_.size());
    body_.clear();
    id_.clear();
}

}  // namespace litura::corpus
