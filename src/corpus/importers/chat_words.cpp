// The tables of chat_phrases.hpp, folded once.
#include "corpus/importers/chat_words.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/text.hpp"
#include "corpus/importers/chat_phrases.hpp"
#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kPhraseMax = 300;
constexpr std::size_t kNickMax = 64;
constexpr std::string_view kDirectionMark = "\u200E";

std::string key_of(std::string_view text) {
    auto out = folded(text);
    auto seen = out.ok() ? without_unseen(*out) : Result<std::string>(std::move(out).error());
    if (!seen.ok()) return "";
    std::string key = std::move(seen).value();
    for (const std::string_view end : {".", "\u3002", "!"})
        if (key.ends_with(end)) key.erase(key.size() - end.size());
    return key;
}

using Keys = std::unordered_set<std::string>;

Keys keys_of(std::span<const std::string_view> phrases) {
    Keys keys;
    for (const std::string_view phrase : phrases) keys.insert(key_of(phrase));
    return keys;
}

/// A phrase with stars for names: its parts between them.
using Pattern = std::vector<std::string>;

std::vector<Pattern> patterns_of(std::span<const std::string_view> phrases) {
    std::vector<Pattern> all;
    for (const std::string_view phrase : phrases) {
        const std::string key = key_of(phrase);
        Pattern& parts = all.emplace_back();
        for (std::size_t begin = 0; begin <= key.size();) {
            const std::size_t star = std::min(key.find('*', begin), key.size());
            parts.push_back(key.substr(begin, star - begin));
            begin = star + 1;
        }
    }
    return all;
}

bool matches(std::string_view text, const Pattern& parts) {
    if (parts.size() == 1) return text == parts.front();
    if (!text.starts_with(parts.front())) return false;
    text.remove_prefix(parts.front().size());
    for (std::size_t at = 1; at + 1 < parts.size(); ++at) {
        const std::size_t found = text.find(parts[at]);
        if (found == text.npos) return false;
        text.remove_prefix(found + parts[at].size());
    }
    return text.ends_with(parts.back());
}

void trim_end(std::string& text) {
    while (text.ends_with('\n') || text.ends_with(' ') || text.ends_with('\r')) text.pop_back();
    if (text.ends_with(kDirectionMark)) {
        text.erase(text.size() - kDirectionMark.size());
        trim_end(text);
    }
}

/// A last "<...>" or "(...)" that the program set: behind its mark, or with words it is known by.
void cut_edit_mark(std::string& text) {
    static const Keys kKnown = keys_of(kEdited);
    trim_end(text);
    const bool angled = text.ends_with('>');
    if (!angled && !text.ends_with(')')) return;
    const std::size_t begin = text.rfind(angled ? '<' : '(');
    if (begin == text.npos || text.size() - begin > kPhraseMax) return;
    const std::string_view before = std::string_view(text).substr(0, begin);
    const std::string inside = text.substr(begin + 1, text.size() - begin - 2);
    const bool marked = angled && before.ends_with(kDirectionMark);
    const bool apart = before.empty() || before.ends_with(' ') || before.ends_with('\n');
    if (!marked && !(apart && kKnown.contains(key_of(inside)))) return;
    text.resize(begin);
    trim_end(text);
}

/// "IMG-1.jpg (file attached)", in any language: a file's name and words in brackets.
bool is_attachment_line(std::string_view line) {
    const std::size_t bracket = line.find(" (");
    if (!line.ends_with(')') || bracket == line.npos || bracket < 4) return false;
    const std::string_view name = line.substr(0, bracket);
    const std::size_t dot = name.rfind('.');
    if (dot == name.npos || dot == 0 || name.size() - dot < 3 || name.size() - dot > 6)
        return false;
    return std::ranges::all_of(name.substr(dot + 1), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

bool is_deleted(const std::string& key, bool marked) {
    static const Keys kKnown = keys_of(kDeleted);
    static const std::vector<Pattern> kNamed = patterns_of(kDeletedBy);
    const auto fits = [&](const Pattern& pattern) { return matches(key, pattern); };
    if (kKnown.contains(key) || std::ranges::any_of(kNamed, fits)) return true;
    return marked && std::ranges::any_of(kKnown, [&](const std::string& phrase) {
               return key.starts_with(phrase);
           });
}

}  // namespace

Wording without_programs_words(std::string& text, bool marked) {
    static const Keys kLeftOut = keys_of(kOmitted);
    cut_edit_mark(text);
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (is_attachment_line(std::string_view(text).substr(0, end))) {
        text.erase(0, std::min(end + 1, text.size()));
        return text.empty() ? Wording::no_text : Wording::own;
    }
    const bool one_line = end == text.size();
    if (one_line && (text.empty() || text == "null")) return Wording::no_text;
    if (one_line && text.starts_with('<') && text.ends_with('>')) return Wording::no_text;
    if (one_line && text.size() <= kPhraseMax) {
        const std::string key = key_of(text);
        if (is_deleted(key, marked)) return Wording::deleted;
        const auto names = [&](const std::string& word) { return key.find(word) != key.npos; };
        if (marked && std::ranges::any_of(kLeftOut, names)) return Wording::no_text;
    }
    return marked ? Wording::by_programs : Wording::own;
}

Wording wording_of_meta(std::string& text) {
    static const std::vector<Pattern> kKnown = patterns_of(kMeta);
    cut_edit_mark(text);
    if (text.size() > kPhraseMax || text.find('\n') != text.npos) return Wording::own;
    const std::string key = key_of(text);
    if (is_deleted(key, false)) return Wording::deleted;
    const bool known =
        std::ranges::any_of(kKnown, [&](const Pattern& pattern) { return matches(key, pattern); });
    return known ? Wording::by_programs : Wording::own;
}

bool is_placeholder_name(std::string_view name) {
    static const Keys kKnown = keys_of(kNobody);
    const std::string key = name.size() <= kPhraseMax ? key_of(name) : std::string("x");
    return key.empty() || kKnown.contains(key);
}

bool quotes_something(std::string_view name) {
    for (const std::string_view sign : {"\u201C", "\u201E", "\u00AB", "\u300C", "\u2018"})
        if (name.find(sign) != name.npos) return true;
    return std::ranges::count(name, '"') % 2 == 1;
}

std::string with_nicks_marked(std::string_view text, const std::unordered_set<std::string>& names,
                              std::string_view author) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        const std::size_t sign = line.substr(0, kNickMax).find_first_of(":,");
        const std::string_view nick = sign == line.npos ? "" : line.substr(0, sign);
        const bool other = !nick.empty() && nick != author && names.contains(std::string(nick)) &&
                           (sign + 1 == line.size() || line[sign + 1] == ' ');
        if (other)
            out.append(kMentionMark).append(line.substr(sign));
        else
            out.append(line);
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace litura::corpus
