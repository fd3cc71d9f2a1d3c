// Direct identifiers in a text: e-mail addresses, telephone numbers, IP addresses, account and card
// numbers, found by their form (GDPR Art. 25; what OLG Köln, 15 UKl 2/25 counted in favour of the
// controller). Names, postal addresses and numbers of other kinds are not found. How many are, and
// what is cut wrongly: docs/importing.md, measured by bench/identifiers.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace litura::corpus {

struct Identifier {
    std::size_t length;     ///< in bytes
    std::string_view mark;  ///< what is to stand in its place, one of kIdentifierMarks
};

inline constexpr std::array<std::string_view, 4> kIdentifierMarks = {"[e-mail]", "[telephone]",
                                                                     "[ip address]", "[account]"};

/// Each identifier holds one of these bytes: a line without them has none.
inline constexpr std::string_view kIdentifierBytes = "0123456789@:([\xEF";

/// The identifier that this text, the rest of a line, begins with, if it does. `before`: the byte
/// in front of it, as far as it was not cut. Of any bytes.
std::optional<Identifier> identifier_at(std::string_view text, char before);

}  // namespace litura::corpus
