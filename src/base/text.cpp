// Unicode by utf8proc, with a quick way around it for stretches of ASCII.
#include "base/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace litura {
namespace {

Result<std::string> mapped(std::string_view text, int options) {
    utf8proc_uint8_t* out = nullptr;
    const utf8proc_ssize_t size = utf8proc_map(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(text.size()), &out, static_cast<utf8proc_option_t>(options));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
    if (size < 0)
        return Error{Code::bad_input, "text is not valid UTF-8", "", "convert it to UTF-8"};
    return std::string(reinterpret_cast<const char*>(out), static_cast<std::size_t>(size));
}

/// Dotless i becomes i, and i loses a dot set above it: what Turkish casing turns into each other.
void unite_dotted_i(std::string& text) {
    static constexpr std::string_view kDotless = "\xC4\xB1", kDotAbove = "\xCC\x87";
    std::size_t size = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = std::string_view(text).substr(at);
        if (rest.starts_with(kDotless)) {
            text[size++] = 'i';
            ++at;
        } else if (size > 0 && text[size - 1] == 'i' && rest.starts_with(kDotAbove)) {
            ++at;
        } else {
            text[size++] = text[at];
        }
    }
    text.resize(size);
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// Letters in lower case, digits, and a space for every other sign.
constexpr std::array<char, 128> kAsciiWords = [] {
    std::array<char, 128> table{};
    for (char c = 0;; ++c) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        table[static_cast<std::size_t>(c)] = static_cast<char>(upper  ? c - 'A' + 'a'
                                                               : kept ? c
                                                                      : ' ');
        if (c == 127) return table;
    }
}();

/// Scripts that put no spaces between words.
bool stands_alone(utf8proc_int32_t point) {
    struct Range {
        utf8proc_int32_t first, last;
    };
    static constexpr Range kRanges[] = {{0x0E00, 0x0EFF}, {0x1000, 0x109F},  {0x1780, 0x17FF},
                                        {0x3040, 0x30FF}, {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
                                        {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};
    for (const Range& range : kRanges) {
        if (point >= range.first && point <= range.last) return true;
    }
    return false;
}

enum class Sign { gap, letter, mark, alone };

Sign sign_of(utf8proc_int32_t point) {
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO: return stands_alone(point) ? Sign::alone : Sign::letter;
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO: return Sign::letter;
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
        case UTF8PROC_CATEGORY_ME: return Sign::mark;
        default: return Sign::gap;
    }
}

/// Of valid UTF-8.
template <typename Visit>
void each_point(std::string_view text, Visit visit) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    for (std::size_t begin = 0; begin < text.size();) {
        utf8proc_int32_t point = 0;
        begin += static_cast<std::size_t>(utf8proc_iterate(
            at + begin, static_cast<utf8proc_ssize_t>(text.size() - begin), &point));
        visit(point);
    }
}

/// Does anybody see this sign?
bool shows(utf8proc_int32_t point) {
    constexpr utf8proc_int32_t kBrailleBlank = 0x2800;
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CS: return false;
        default: return point != kBrailleBlank;
    }
}

/// The Latin letter that a folded Cyrillic or Greek one looks like, small or capital; itself
/// otherwise. The single-letter pairs of Unicode Technical Standard 39 that names are forged with.
utf8proc_int32_t look_alike(utf8proc_int32_t point) {
    struct Pair {
        utf8proc_int32_t other, latin;
    };
    static constexpr Pair kPairs[] = {
        {0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43A, 'k'}, {0x43C, 'm'}, {0x43D, 'h'},
        {0x43E, 'o'}, {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'},
        {0x455, 's'}, {0x456, 'i'}, {0x458, 'j'}, {0x4BB, 'h'}, {0x501, 'd'}, {0x51B, 'q'},
        {0x51D, 'w'}, {0x3B1, 'a'}, {0x3B2, 'b'}, {0x3B5, 'e'}, {0x3B6, 'z'}, {0x3B7, 'h'},
        {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BC, 'm'}, {0x3BD, 'n'}, {0x3BF, 'o'}, {0x3C1, 'p'},
        {0x3C4, 't'}, {0x3C5, 'y'}, {0x3C7, 'x'}};
    const auto found = std::ranges::find(kPairs, point, &Pair::other);
    return found == std::end(kPairs) ? point : found->latin;
}

/// Words one after the other; never two spaces, none at the front.
class WordWriter {
public:
    explicit WordWriter(std::size_t size) : out_(size, ' ') {}

    /// As many bytes come out as go in, at most: the fast way for almost everything.
    void ascii(std::string_view text) {
        if (text.empty()) return;
        if (after_alone()) gap();
        reserve(text.size());
        char* out = out_.data() + size_;
        char last = size_ == 0 ? ' ' : out[-1];
        for (const char c : text) {
            const char sign = kAsciiWords[static_cast<unsigned char>(c)];
            *out = sign;
            out += sign != ' ' || last != ' ';
            last = sign;
        }
        size_ = static_cast<std::size_t>(out - out_.data());
    }

    /// Folded text.
    void any(std::string_view text) {
        const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
        for (std::size_t begin = 0; begin < text.size();) {
            utf8proc_int32_t point = 0;
            const auto width = static_cast<std::size_t>(utf8proc_iterate(
                at + begin, static_cast<utf8proc_ssize_t>(text.size() - begin), &point));
            const Sign sign = sign_of(point);
            const bool begins_word = sign == Sign::letter && after_alone();
            if (sign == Sign::gap || sign == Sign::alone || begins_word) gap();
            if (sign != Sign::gap) append(text.substr(begin, width));
            if (sign == Sign::alone) alone_ = size_;
            begin += width;
        }
    }

    std::string finish() {
        if (size_ > 0 && out_[size_ - 1] == ' ') --size_;
        out_.resize(size_);
        return std::move(out_);
    }

private:
    /// Was the last sign written one that is a word by itself?
    bool after_alone() const { return size_ > 0 && alone_ == size_; }
    void reserve(std::size_t more) {
        if (size_ + more + 1 > out_.size()) out_.resize(2 * (size_ + more + 1));
    }
    void gap() {
        reserve(1);
        if (size_ > 0 && out_[size_ - 1] != ' ') out_[size_++] = ' ';
    }
    void append(std::string_view sign) {
        reserve(sign.size());
        sign.copy(out_.data() + size_, sign.size());
        size_ += sign.size();
    }
    std::string out_;
    std::size_t size_ = 0;
    std::size_t alone_ = 0;
};

enum class Seen { not_at_all, as_space, as_sign };

Seen seen(utf8proc_int32_t point) {
    constexpr utf8proc_int32_t kBrailleBlank = 0x2800, kNextLine = 0x85;
    if ((point >= '\t' && point <= '\r') || point == kNextLine) return Seen::as_space;
    switch (utf8proc_category(point)) {
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP: return Seen::as_space;
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_CN: return Seen::not_at_all;
        default: break;
    }
    const bool ignorable = utf8proc_get_property(point)->ignorable != 0;
    return ignorable || point == kBrailleBlank ? Seen::not_at_all : Seen::as_sign;
}

}  // namespace

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto rest = static_cast<utf8proc_ssize_t>(text.size());
    while (rest > 0) {
        utf8proc_int32_t point = 0;
        const utf8proc_ssize_t width = utf8proc_iterate(at, rest, &point);
        if (width <= 0) return false;
        at += width;
        rest -= width;
    }
    return true;
}

Result<std::string> nfc(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

Result<std::string> folded(std::string_view text) {
    std::string out = TRY(mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE));
    unite_dotted_i(out);
    return out;
}

Result<std::string> skeleton(std::string_view text) {
    std::vector<utf8proc_int32_t> shown;
    bool latin = false;
    const std::string plain = TRY(folded(text));
    each_point(plain, [&](utf8proc_int32_t point) {
        if (!shows(point)) return;
        latin = latin || (point >= 'a' && point <= 'z');
        shown.push_back(point);
    });
    std::string out;
    for (const utf8proc_int32_t point : shown) {
        utf8proc_uint8_t bytes[4];
        const auto size = utf8proc_encode_char(latin ? look_alike(point) : point, bytes);
        out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    return out;
}

Result<std::string> compatible(std::string_view text) {
    return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

Result<std::string> without_unseen(std::string_view text) {
    std::string out;
    bool gap = false;
    while (!text.empty()) {
        utf8proc_int32_t point = 0;
        const utf8proc_ssize_t width =
            utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                             static_cast<utf8proc_ssize_t>(text.size()), &point);
        if (width <= 0)
            return Error{Code::bad_input, "text is not valid UTF-8", "", "convert it to UTF-8"};
        const std::string_view sign = text.substr(0, static_cast<std::size_t>(width));
        text.remove_prefix(sign.size());
        switch (seen(point)) {
            case Seen::not_at_all: break;
            case Seen::as_space: gap = !out.empty(); break;
            case Seen::as_sign:
                if (std::exchange(gap, false)) out += ' ';
                out += sign;
        }
    }
    return out;
}

// A stretch of other signs is folded with the ASCII sign before it, which a combining mark may
// join. Nothing joins across an ASCII sign's front, so the stretches can be folded one by one.
Result<std::string> plain_words(std::string_view text) {
    WordWriter words(text.size() + 1);
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t other = begin;
        while (other < text.size() && is_ascii(text[other])) ++other;
        const bool ends = other == text.size();
        const std::size_t joined = ends || other == begin ? other : other - 1;
        words.ascii(text.substr(begin, joined - begin));
        std::size_t end = other;
        while (end < text.size() && !is_ascii(text[end])) ++end;
        if (!ends) words.any(TRY(folded(text.substr(joined, end - joined))));
        begin = end;
    }
    return words.finish();
}

std::string unicode_version() { return utf8proc_unicode_version(); }

}  // namespace litura
