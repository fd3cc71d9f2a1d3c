// Replaces known names in a text; a name is whole where no ASCII letter or digit stands beside it.
#include "corpus/importers/mentions.hpp"

#include <algorithm>

#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kNameMin = 3;
constexpr std::size_t kMentionedMax = 64;

bool joins(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool whole(std::string_view text, std::size_t at, std::size_t size) {
    return (at == 0 || !joins(text[at - 1])) &&
           (at + size == text.size() || !joins(text[at + size]));
}

std::string with_name_marked(std::string_view text, std::string_view name) {
    std::string out;
    std::size_t begin = 0;
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at)) {
        if (!whole(text, at, name.size())) {
            ++at;
            continue;
        }
        out.append(text.substr(begin, at - begin)).append(kMentionMark);
        begin = at += name.size();
    }
    return out.append(text.substr(begin));
}

}  // namespace

void Mentions::add(std::string_view name, std::string_view identifier) {
    const std::string_view entry = identifier.empty() ? name : identifier;
    if (entry.empty() || entry == "@" || list_.size() >= kMentionedMax) return;
    if (std::ranges::find(list_, Json(entry)) == list_.end()) list_.push_back(entry);
    if (name.size() >= kNameMin && !name.starts_with('@')) names_.emplace_back(name);
}

std::string Mentions::marked(std::string text) const {
    std::vector<std::string> longest_first = names_;
    std::ranges::stable_sort(longest_first, std::ranges::greater(), &std::string::size);
    for (const std::string& name : longest_first) text = with_name_marked(text, name);
    return text;
}

}  // namespace litura::corpus
