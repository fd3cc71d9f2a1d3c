// The alternatives of the expression in their order, each a run of one class with an optional space
// before.
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

std::size_t contraction(std::string_view text) {
    for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
        if (text.starts_with(ending)) return ending.size();
    }
    return 0;
}

/// The end of the run of `kind` that starts at `at`.
std::size_t end_of_run(std::string_view text, std::size_t at, Class kind) {
    for (Glyph next = glyph_at(text, at); next.length != 0 && next.kind == kind;
         next = glyph_at(text, at)) {
        at += next.length;
    }
    return at;
}

/// \s+(?!\S)|\s+ : a run of white space leaves its last character to what follows, if anything
/// does.
std::size_t white_space(std::string_view text) {
    std::size_t at = 0, last = 0;
    for (Glyph next = glyph_at(text, 0); next.length != 0 && next.kind == Class::space;
         next = glyph_at(text, at)) {
        last = at;
        at += next.length;
    }
    const bool followed = at < text.size();
    return followed && last > 0 ? last : at;
}

}  // namespace

std::size_t first_piece(std::string_view text) {
    if (const std::size_t length = contraction(text)) return length;
    const std::size_t start = text[0] == ' ' ? 1 : 0;
    const Glyph first = glyph_at(text, start);
    if (first.length != 0 && first.kind != Class::space && first.kind != Class::invalid) {
        return end_of_run(text, start, first.kind);
    }
    const Glyph alone = glyph_at(text, 0);
    return alone.kind == Class::space ? white_space(text) : alone.length;
}

}  // namespace litura::engine
