// A small line machine: first each line by itself (reposts, identifiers, mentions), then runs of
// quoted lines. Where a case is unclear it cuts: a line too few of one's own is better than a line
// of somebody else. What it does not see is text that is quoted without any sign; echoes (later)
// are for that.
#include "corpus/marks.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "corpus/identifiers.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kOriginalMessage = "-----original message-----";
constexpr std::string_view kFullWidthAt = "\xEF\xBC\xA0";

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
/// Letters of every other script are bytes above ASCII.
bool is_name_byte(char c) { return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

std::string_view trimmed(std::string_view line) {
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    return line;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_folded(std::string_view text, std::string_view lower_case) {
    if (text.size() < lower_case.size()) return false;
    for (std::size_t at = 0; at < lower_case.size(); ++at) {
        if (lower(text[at]) != lower_case[at]) return false;
    }
    return true;
}

/// Length of an at sign at the front, 0 if there is none.
std::size_t at_sign(std::string_view text) {
    if (text.starts_with('@')) return 1;
    return text.starts_with(kFullWidthAt[0]) && text.starts_with(kFullWidthAt) ? kFullWidthAt.size()
                                                                               : 0;
}

/// Length of "@name", "@name.example" or "@name@host.example" at the front, 0 if there is none.
std::size_t mention_length(std::string_view text) {
    std::size_t length = 0;
    while (const std::size_t sign = at_sign(text.substr(length))) {
        std::size_t end = length + sign;
        if (end >= text.size() || !is_name_byte(text[end]) || at_sign(text.substr(end)) > 0) break;
        while (end < text.size()) {
            const bool joins = (text[end] == '.' || text[end] == '-') && end + 1 < text.size() &&
                               is_name_byte(text[end + 1]);
            if (at_sign(text.substr(end)) > 0 || !(is_name_byte(text[end]) || joins)) break;
            ++end;
        }
        length = end;
    }
    return length;
}

/// Is "RT @name" at the front?
bool starts_repost(std::string_view text) {
    if (!text.starts_with("RT")) return false;
    text.remove_prefix(2);
    const std::size_t name = text.find_first_not_of(' ');
    return name != 0 && name != text.npos && mention_length(text.substr(name)) > 0;
}

/// Reposts, identifiers and mentions of one line.
std::string marked_line(std::string_view line) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    // A mention and a repost hold an at sign, as an address does.
    if (line.find_first_of(kIdentifierBytes) == line.npos) return std::string(line);
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        const std::string_view rest = line.substr(at);
        // What stands in front now, so that marking again finds the same.
        const char before = out.empty() ? ' ' : out.back();
        const bool at_word = !is_letter_or_digit(before);
        if (at_word && starts_repost(rest)) return out.append(kQuoteMark);
        const std::size_t mention = at_word ? mention_length(rest) : 0;
        if (const auto identifier = identifier_at(rest, before)) {
            out.append(identifier->mark);
            at += identifier->length;
        } else if (mention > 0) {
            out.append(kMentionMark);
            at += mention;
        } else {
            // Inside a word nothing begins.
            do {
                out.push_back(line[at++]);
            } while (at < line.size() && is_letter_or_digit(out.back()));
        }
    }
    return out;
}

/// ">" after at most three spaces, but not a comparison such as ">= 2.0".
bool is_quoted(std::string_view line) {
    const std::size_t sign = line.find_first_not_of(' ');
    if (trimmed(line) == kQuoteMark) return true;
    return sign <= 3 && line[sign] == '>' && !line.substr(sign).starts_with(">=");
}

bool is_blank(std::string_view line) { return trimmed(line).empty(); }

/// How many lines at the end say whose words follow: "On Monday X wrote:", possibly broken in two.
std::size_t attribution_lines(std::span<const std::string> lines) {
    if (lines.empty()) return 0;
    const std::string_view last = trimmed(lines.back());
    if (!last.ends_with("wrote:") && !last.ends_with("writes:")) return 0;
    const bool broken = lines.size() > 1 && !last.starts_with("On ") &&
                        trimmed(lines[lines.size() - 2]).starts_with("On ");
    return broken ? 2 : 1;
}

/// Adds a quote: attributions before it go, and a mark that stands there already takes it in.
void add_quote(std::vector<std::string>& lines) {
    while (true) {
        std::size_t end = lines.size();
        while (end > 0 && is_blank(lines[end - 1])) --end;
        const std::size_t attribution = attribution_lines({lines.data(), end});
        const bool joins = end > 0 && lines[end - 1] == kQuoteMark;
        if (attribution == 0 && !joins) break;
        lines.resize(end - attribution);
        if (joins) return;
    }
    lines.emplace_back(kQuoteMark);
}

/// Of the mark at the front, 0 if there is none.
std::size_t mark_length(std::string_view text) {
    for (const std::string_view mark : {kQuoteMark, kMentionMark})
        if (text.starts_with(mark)) return mark.size();
    for (const std::string_view mark : kIdentifierMarks)
        if (text.starts_with(mark)) return mark.size();
    return 0;
}

std::string marked(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view raw = text.substr(begin, end - begin);
        begin = end + 1;
        if (starts_with_folded(trimmed(raw), kOriginalMessage)) {
            add_quote(lines);
            break;
        }
        std::string line = is_quoted(raw) ? std::string(kQuoteMark) : marked_line(raw);
        if (is_quoted(line)) {
            add_quote(lines);
        } else {
            lines.push_back(std::move(line));
        }
    }
    std::string out;
    for (const std::string& line : lines) out.append(line).push_back('\n');
    while (!out.empty() && is_space(out.back())) out.pop_back();
    return out;
}

}  // namespace

// What a cut leaves may be next to something that only now reads as an identifier or a mention.
std::string effective_text(std::string_view text) {
    constexpr int kPassesMax = 16;
    std::string out(text);
    for (int pass = 0; pass < kPassesMax; ++pass) {
        std::string again = marked(out);
        if (again == out) break;
        out = std::move(again);
    }
    return out;
}

std::string without_marks(std::string_view effective) {
    std::string out;
    while (!effective.empty()) {
        const std::size_t plain = std::min(effective.find_first_of("[@", 1), effective.size());
        const std::size_t mark = mark_length(effective);
        out.append(mark > 0 ? " " : effective.substr(0, plain));
        effective.remove_prefix(mark > 0 ? mark : plain);
    }
    return out;
}

bool holds_own_words(std::string_view effective) {
    while (!effective.empty()) {
        const std::size_t mark = mark_length(effective);
        if (mark == 0 && !is_space(effective.front())) return true;
        effective.remove_prefix(std::max<std::size_t>(mark, 1));
    }
    return false;
}

}  // namespace litura::corpus
