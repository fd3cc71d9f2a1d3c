// The alternatives of each expression in their order; most are a run of one class with an optional
// character before.
#include "engine/pretokenizer.hpp"

#include <utf8proc.h>

#include <array>
#include <cstdint>

namespace litura::engine {
namespace {

enum class Class : std::uint8_t { space, letter, number, other, invalid };

struct Glyph {
    Class kind = Class::invalid;
    std::size_t length = 0;  ///< 0 at the end of the text
};

bool is_white_space(std::int32_t point) {
    return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

Class classify(std::int32_t point) {
    if (is_white_space(point)) return Class::space;
    const auto category = utf8proc_category(point);
    if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) return Class::letter;
    if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) return Class::number;
    return Class::other;
}

const std::array<Class, 128>& ascii_classes() {
    static const std::array<Class, 128> table = [] {
        std::array<Class, 128> made{};
        for (std::int32_t point = 0; point < 128; ++point) made[point] = classify(point);
        return made;
    }();
    return table;
}

Glyph glyph_at(std::string_view text, std::size_t at) {
    if (at >= text.size()) return {};
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 128) return {ascii_classes()[lead], 1};
    std::int32_t point = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at);
    const auto left = static_cast<utf8proc_ssize_t>(text.size() - at);
    const auto length = utf8proc_iterate(bytes, left, &point);
    if (length <= 0) return {Class::invalid, 1};
    return {classify(point), static_cast<std::size_t>(length)};
}

/// Characters that (?i:...) takes for `letter`, which is small: itself, the capital, and U+017F,
/// the long s, for s.
std::size_t folded_letter(std::string_view text, char letter) {
    if (text.starts_with(letter) || text.starts_with(static_cast<char>(letter - 'a' + 'A'))) {
        return 1;
    }
    return letter == 's' && text.starts_with("\xc5\xbf") ? 2 : 0;
}

enum class Case { exact, folded };

/// The length of 's, 't, 're, 've, 'm, 'll or 'd at the start of `text`, else 0.
std::size_t contraction(std::string_view text, Case spelling) {
    for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
        if (spelling == Case::exact) {
            if (text.starts_with(ending)) return ending.size();
            continue;
        }
        std::size_t at = text.starts_with('\'') ? 1 : 0;
        for (const char letter : ending.substr(1)) {
            const std::size_t length = at == 0 ? 0 : folded_letter(text.substr(at), letter);
            at = length == 0 ? 0 : at + length;
        }
        if (at != 0) return at;
    }
    return 0;
}

/// The end of the run of `kind` that starts at `at`, after `most` characters at the latest.
std::size_t end_of_run(std::string_view text, std::size_t at, Class kind,
                       std::size_t most = std::string_view::npos) {
    for (Glyph next = glyph_at(text, at); next.length != 0 && next.kind == kind && most > 0;
         next = glyph_at(text, at)) {
        at += next.length;
        --most;
    }
    return at;
}

/// \s+(?!\S)|\s+ : a run of white space leaves its last character to what follows, if anything
/// does. A number is nothing that follows where numbers end the text.
std::size_t white_space(std::string_view text, bool numbers_end_text) {
    std::size_t at = 0, last = 0;
    Glyph next = glyph_at(text, 0);
    while (next.length != 0 && next.kind == Class::space) {
        last = at;
        at += next.length;
        next = glyph_at(text, at);
    }
    const bool followed = next.length != 0 && !(numbers_end_text && next.kind == Class::number);
    return followed && last > 0 ? last : at;
}

std::size_t first_gpt2_piece(std::string_view text, bool single_digits) {
    if (const std::size_t length = contraction(text, Case::exact)) return length;
    const Glyph alone = glyph_at(text, 0);
    if (single_digits && alone.kind == Class::number) return alone.length;
    const std::size_t start = text[0] == ' ' ? 1 : 0;
    const Glyph first = glyph_at(text, start);
    const bool ends = first.length == 0 || first.kind == Class::invalid ||
                      (single_digits && first.kind == Class::number);
    if (!ends && first.kind != Class::space) return end_of_run(text, start, first.kind);
    return alone.kind == Class::space ? white_space(text, single_digits) : alone.length;
}

bool is_line_end(char byte) { return byte == '\r' || byte == '\n'; }

/// \s*[\r\n]+ : white space up to the last end of a line in it; 0 without one.
std::size_t lines(std::string_view text) {
    std::string_view space = text.substr(0, end_of_run(text, 0, Class::space));
    while (!space.empty() && !is_line_end(space.back())) space.remove_suffix(1);
    return space.size();
}

std::size_t first_llama3_piece(std::string_view text) {
    if (const std::size_t length = contraction(text, Case::folded)) return length;
    const Glyph first = glyph_at(text, 0);
    if (first.kind == Class::invalid) return first.length;
    if (first.kind == Class::letter) return end_of_run(text, 0, Class::letter);
    if (first.kind == Class::number) return end_of_run(text, 0, Class::number, 3);
    const Glyph second = glyph_at(text, first.length);
    if (!is_line_end(text[0]) && second.kind == Class::letter) {
        return end_of_run(text, first.length, Class::letter);
    }
    const std::size_t start = text[0] == ' ' ? 1 : 0;
    std::size_t end = end_of_run(text, start, Class::other);
    if (end > start) {
        while (end < text.size() && is_line_end(text[end])) ++end;
        return end;
    }
    if (const std::size_t length = lines(text)) return length;
    return white_space(text, false);
}

}  // namespace

std::size_t first_piece(std::string_view text, formats::Splitter splitter) {
    switch (splitter) {
        case formats::Splitter::gpt2: return first_gpt2_piece(text, false);
        case formats::Splitter::gpt2_digits: return first_gpt2_piece(text, true);
        case formats::Splitter::llama3: return first_llama3_piece(text);
    }
    CHECK(false);
}

}  // namespace litura::engine
