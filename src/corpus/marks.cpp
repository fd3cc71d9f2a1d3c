// A small line machine: first each line by itself (reposts, identifiers, mentions), then runs of
// quoted lines, and mails that stand below one's own words (quotations.hpp). Where a case is
// unclear it cuts: a line too few of one's own is better than a line of somebody else. What it does
// not see is text that is quoted without any sign; echoes (later) are for that.
#include "corpus/marks.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "corpus/identifiers.hpp"
#include "corpus/quotations.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kFullWidthAt = "\xEF\xBC\xA0";
constexpr std::size_t kHeaderEnd = 42;  // the colon of "From:" and its like stands before
constexpr std::size_t kSourceTagMax = 200;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
/// Letters of every other script are bytes above ASCII.
bool is_name_byte(char c) { return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80; }

std::string_view without_space_around(std::string_view line) {
    while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    return line;
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

/// Is "RT @name" at the front, or "MT @name", a repost that was shortened?
bool starts_repost(std::string_view text) {
    if (!text.starts_with("RT") && !text.starts_with("MT")) return false;
    text.remove_prefix(2);
    const std::size_t name = text.find_first_not_of(' ');
    return name != 0 && name != text.npos && mention_length(text.substr(name)) > 0;
}

/// Length of "\"@name: their words\"" at the front, up to the closing sign or the end; else 0.
std::size_t named_quote_length(std::string_view text) {
    if (!text.starts_with('"') && static_cast<unsigned char>(text.front()) < 0x80) return 0;
    constexpr std::pair<std::string_view, std::string_view> kOpenings[] = {
        {"\"", "\""}, {"\u201C", "\u201D"}, {"\u201E", "\u201C"}, {"\u00AB", "\u00BB"}};
    for (const auto& [opening, closing] : kOpenings) {
        if (!text.starts_with(opening)) continue;
        const std::size_t name = mention_length(text.substr(opening.size()));
        const std::size_t colon = opening.size() + name;
        if (name == 0 || colon >= text.size() || text[colon] != ':') continue;
        const std::size_t end = text.find(closing, colon);
        return end == text.npos ? text.size() : end + closing.size();
    }
    return 0;
}

/// "@name > their words": what stands behind the names at a line's beginning is quoted.
bool quotes_after_names(std::string_view before, std::string_view rest) {
    if (!rest.starts_with('>') || rest.starts_with(">=")) return false;
    bool named = false;
    while (!before.empty()) {
        const bool mention = before.starts_with(kMentionMark);
        if (!mention && before.front() != ' ') return false;
        named = named || mention;
        before.remove_prefix(mention ? kMentionMark.size() : 1);
    }
    return named;
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
        if (quotes_after_names(out, rest)) return out.append(kQuoteMark);
        if (const std::size_t quote = at_word ? named_quote_length(rest) : 0; quote > 0) {
            out.append(kQuoteMark);
            at += quote;
            continue;
        }
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

/// ">" after at most three spaces, but not a comparison such as ">= 2.0"; or "| ", but not a table.
bool is_quoted(std::string_view line) {
    const std::size_t sign = line.find_first_not_of(' ');
    if (without_space_around(line) == kQuoteMark) return true;
    if (sign > 3) return false;
    const std::string_view rest = line.substr(sign);
    if (rest.starts_with("| ")) return rest.find('|', 1) == rest.npos;
    return rest.starts_with('>') && !rest.starts_with(">=");
}

bool is_blank(std::string_view line) { return without_space_around(line).empty(); }

/// Adds a quote: attributions before it go, and a mark that stands there already takes it in.
void add_quote(std::vector<std::string>& lines) {
    while (true) {
        std::size_t end = lines.size();
        while (end > 0 && is_blank(lines[end - 1])) --end;
        const std::size_t attribution = attribution_at_end({lines.data(), end}).lines;
        const bool joins = end > 0 && lines[end - 1] == kQuoteMark;
        if (attribution == 0 && !joins) break;
        lines.resize(end - attribution);
        if (joins) return;
    }
    lines.emplace_back(kQuoteMark);
}

/// The rest is somebody else's mail: a ruler above it goes too.
void add_last_quote(std::vector<std::string>& lines) {
    std::size_t end = lines.size();
    while (end > 0 && is_blank(lines[end - 1])) --end;
    if (end > 0 && is_ruler(lines[end - 1])) lines.resize(end - 1);
    add_quote(lines);
}

/// Does a mail of somebody else, or a list's footer, begin with this line? `rest` begins with it.
bool begins_others_words(const std::vector<std::string>& lines, std::string_view line,
                         std::string_view rest) {
    if (begins_other_mail(line)) return true;
    if (line.find(':') < kHeaderEnd && begins_with_headers(rest)) return true;
    return !lines.empty() && is_ruler(lines.back()) && is_list_footer(line);
}

/// "[quote=name]their words[/quote]", as forums have it, to one mark; pairs inside go with it. An
/// end without a beginning is nobody's word.
std::string with_boards_quotes_marked(std::string_view text) {
    struct Range {
        std::size_t begin, end;
        bool is_quote;
    };
    std::vector<std::size_t> open;
    std::vector<Range> cuts;
    for (std::size_t at = text.find('['); at != text.npos; at = text.find('[', at + 1)) {
        const std::string_view tag = text.substr(at, text.substr(at, kSourceTagMax).find(']') + 1);
        if (tag == "[/quote]" || tag == "[/QUOTE]") {
            Range cut{at, at + tag.size(), !open.empty()};
            if (cut.is_quote) {
                cut.begin = open.back();
                open.pop_back();
            }
            while (!cuts.empty() && cuts.back().begin > cut.begin) cuts.pop_back();
            cuts.push_back(cut);
        } else if (tag.starts_with("[quote") || tag.starts_with("[QUOTE")) {
            const char next = tag[std::string_view("[quote").size()];
            if (next == ']' || next == '=' || next == ' ') open.push_back(at);
        }
    }
    std::string out;
    std::size_t begin = 0;
    for (const Range& cut : cuts) {
        out.append(text.substr(begin, cut.begin - begin));
        if (!out.empty() && out.back() != '\n') out += '\n';
        if (cut.is_quote) out.append(kQuoteMark) += '\n';
        begin = cut.end;
    }
    return out.append(text.substr(begin));
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
    bool announced = false;  // the last line that is not blank surely says whose words follow
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view rest = text.substr(begin), raw = text.substr(begin, end - begin);
        begin = end + 1;
        if (!announced && !lines.empty() && closes_address(lines.back(), raw)) {
            lines.back() += marked_line(without_space_around(raw));
            announced = attribution_at_end(lines).sure;
            continue;
        }
        std::string line = is_quoted(raw) ? std::string(kQuoteMark) : marked_line(raw);
        const bool quoted = is_quoted(line);
        if (!quoted && ((announced && !is_blank(raw)) || begins_others_words(lines, raw, rest))) {
            add_last_quote(lines);
            break;
        }
        if (quoted) {
            add_quote(lines);
        } else {
            lines.push_back(std::move(line));
        }
        if (!is_blank(raw)) announced = !quoted && attribution_at_end(lines).sure;
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
    const bool board = text.find("[/quote]") != text.npos || text.find("[/QUOTE]") != text.npos;
    std::string out = board ? with_boards_quotes_marked(text) : std::string(text);
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

std::vector<std::string_view> own_words(std::string_view effective) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < effective.size();) {
        const std::size_t mark = mark_length(effective.substr(at));
        if (mark == 0) {
            at = std::min(effective.find_first_of("[@", at + 1), effective.size());
            continue;
        }
        if (at > begin) pieces.push_back(effective.substr(begin, at - begin));
        at += mark;
        begin = at;
    }
    if (begin < effective.size()) pieces.push_back(effective.substr(begin));
    return pieces;
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
