// Takes the text out of HTML in one pass over its tags, without building a tree.
#include "corpus/importers/html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "corpus/importers/code_points.hpp"
#include "corpus/marks.hpp"

namespace litura::corpus {
namespace {

constexpr std::size_t kTagMax = 1024;
constexpr std::size_t kEntityMax = 12;

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 14> kEntities = {{
    {"amp", '&'},
    {"lt", '<'},
    {"gt", '>'},
    {"quot", '"'},
    {"apos", '\''},
    {"nbsp", 0xA0},
    {"hellip", 0x2026},
    {"mdash", 0x2014},
    {"ndash", 0x2013},
    {"lsquo", 0x2018},
    {"rsquo", 0x2019},
    {"ldquo", 0x201C},
    {"rdquo", 0x201D},
    {"shy", 0xAD},
}};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_ascii_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }

std::uint32_t code_point(std::string_view entity) {
    if (entity.starts_with('#')) {
        const bool hex = entity.size() > 1 && to_lower(entity[1]) == 'x';
        entity.remove_prefix(hex ? 2 : 1);
        std::uint32_t value = 0;
        const char* end = entity.data() + entity.size();
        const auto read = std::from_chars(entity.data(), end, value, hex ? 16 : 10);
        return read.ec == std::errc() && read.ptr == end ? value : 0;
    }
    const auto* found =
        std::ranges::find(kEntities, entity, &decltype(kEntities)::value_type::first);
    return found == kEntities.end() ? 0 : found->second;
}

/// Appends what the entity at the front stands for; returns its length, 0 if there is none.
std::size_t take_entity(std::string_view text, std::string& out) {
    const std::size_t end = text.substr(0, kEntityMax).find(';');
    if (end == text.npos) return 0;
    const std::uint32_t point = code_point(text.substr(1, end - 1));
    if (point == 0) return 0;
    append_code_point(out, point);
    return end + 1;
}

struct Tag {
    std::string name;
    bool closing = false;
    std::string attributes;  ///< in lower case
    std::size_t length = 0;
};

/// The tag at the front; length 0 if it is only a "<".
Tag take_tag(std::string_view text) {
    Tag tag;
    std::size_t at = 1;
    if (at < text.size() && text[at] == '/') {
        tag.closing = true;
        ++at;
    }
    if (at >= text.size() || (!is_ascii_letter(text[at]) && text[at] != '!')) return tag;
    const std::size_t begin = at;
    char quote = 0;
    for (; at < std::min(text.size(), kTagMax); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '<') {
            return tag;
        } else if (c == '>') {
            tag.length = at + 1;
            break;
        }
    }
    if (tag.length == 0) return tag;
    const std::string_view inside = text.substr(begin, tag.length - 1 - begin);
    const auto* name_end =
        std::ranges::find_if(inside, [](char c) { return is_blank(c) || c == '/'; });
    const auto name_length = static_cast<std::size_t>(name_end - inside.begin());
    std::ranges::transform(inside.substr(0, name_length), std::back_inserter(tag.name), to_lower);
    std::ranges::transform(inside.substr(name_length), std::back_inserter(tag.attributes),
                           to_lower);
    return tag;
}

class Text {
public:
    std::string from(std::string_view html) {
        while (!html.empty()) html.remove_prefix(take(html));
        while (!out_.empty() && is_blank(out_.back())) out_.pop_back();
        return std::move(out_);
    }

private:
    std::size_t take(std::string_view html) {
        if (html.front() == '<') {
            const Tag tag = take_tag(html);
            if (tag.length > 0) {
                meet(tag);
                return tag.length;
            }
        }
        if (!hidden_in_.empty()) return 1;
        if (html.front() == '&') {
            if (const std::size_t length = take_entity(html, out_); length > 0) return length;
        }
        add(html.front());
        return 1;
    }

    void add(char c) {
        if (!is_blank(c) || preformatted_ > 0) {
            out_ += c;
        } else if (!out_.empty() && !is_blank(out_.back())) {
            out_ += ' ';
        }
    }

    /// At least so many line ends before what comes next.
    void new_lines(int count) {
        while (out_.ends_with(' ')) out_.pop_back();
        if (out_.empty()) return;
        for (std::size_t end = out_.size(); count > 0 && end > 0 && out_[end - 1] == '\n'; --end) {
            --count;
        }
        out_.append(static_cast<std::size_t>(std::max(count, 0)), '\n');
    }

    void hide(const std::string& name) {
        hidden_in_ = name;
        hidden_depth_ = 1;
    }

    void meet(const Tag& tag) {
        if (!hidden_in_.empty()) {
            if (tag.name != hidden_in_) return;
            hidden_depth_ += tag.closing ? -1 : 1;
            if (hidden_depth_ == 0) hidden_in_.clear();
            return;
        }
        const bool paragraph = tag.name == "p";
        const auto has = [&](std::string_view word) {
            return tag.attributes.find(word) != tag.attributes.npos;
        };
        if (tag.name == "br") {
            while (out_.ends_with(' ')) out_.pop_back();
            out_ += '\n';
        } else if (tag.name == "pre") {
            preformatted_ = tag.closing ? 0 : 1;
            new_lines(1);
        } else if (!tag.closing && tag.name == "blockquote") {
            new_lines(1);
            out_ += kQuoteMark;
            out_ += '\n';
            hide(tag.name);
        } else if (!tag.closing && tag.name == "a" && has("mention") && !has("hashtag")) {
            out_ += kMentionMark;
            hide(tag.name);
        } else if (!tag.closing && (tag.name == "script" || tag.name == "style" ||
                                    (paragraph && has("quote-inline")))) {
            hide(tag.name);
        } else if (paragraph) {
            new_lines(2);
        } else if (tag.name == "div" || tag.name == "li" || tag.name == "tr" ||
                   (tag.name.size() == 2 && tag.name[0] == 'h')) {
            new_lines(1);
        }
    }

    std::string out_;
    std::string hidden_in_;
    int hidden_depth_ = 0;
    int preformatted_ = 0;
};

}  // namespace

std::string html_text(std::string_view html) { return Text().from(html); }

std::string unescaped_html(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t length = text.front() == '&' ? take_entity(text, out) : 0;
        if (length == 0) out += text.front();
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

}  // namespace litura::corpus
