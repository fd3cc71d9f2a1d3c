// One mail (RFC 5322) with its MIME parts (RFC 2045-2047): who wrote it, to whom, when, and the
// first part that is text. What the author quoted is marks.hpp's matter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace litura::corpus {

struct Mail {
    std::string author;  ///< address, as it stands
    std::string id;      ///< without its angle brackets; may be empty
    std::optional<Instant> at;
    std::vector<std::string> recipients;  ///< addresses of To and Cc
    std::string text;                     ///< UTF-8, '\n' at the line ends; empty if there is none
};

/// Whatever it finds; nothing is required.
Mail parse_mail(std::string_view raw);

/// The bytes of a text in another character set as UTF-8; what the set does not know becomes
/// U+FFFD. Unknown sets are read as UTF-8.
std::string utf8_from(std::string_view bytes, std::string_view charset);

}  // namespace litura::corpus
