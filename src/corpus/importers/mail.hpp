// One mail (RFC 5322) with its MIME parts (RFC 2045-2047): who wrote it, to whom, when, and the
// first part that is text. What the author quoted is marks.hpp's matter.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace litura::corpus {

/// By names in lower case, unfolded; of several of one name the first.
using MailHeaders = std::map<std::string, std::string, std::less<>>;

struct MailAuthor {
    std::string address;  ///< in lower case; empty if it may be several people's, or is not there
    std::string written;  ///< as it stands, if that is another
};

struct Mail {
    MailAuthor author;
    std::string id;  ///< without its angle brackets; may be empty
    std::optional<Instant> at;
    std::vector<std::string> recipients;  ///< addresses of To and Cc
    std::string text;                     ///< UTF-8, '\n' at the line ends; empty if there is none
};

/// Whatever it finds; nothing is required.
Mail parse_mail(std::string_view raw);

/// From; where a list wrote itself there, whom it wrote over. Nobody where the address is a list's,
/// a program's, obscured, or one of several.
MailAuthor mail_author(const MailHeaders& headers);

/// Words with an at sign inside, 64 at most.
std::vector<std::string> mail_addresses(std::string_view value);

/// In any form that mail has had; without a zone, or in one that nobody knows, it is UTC.
std::optional<Instant> mail_date(std::string_view text);

/// The bytes of a text in another character set as UTF-8; what the set does not know becomes
/// U+FFFD. Unknown sets are read as UTF-8, then as windows-1252.
std::string utf8_from(std::string_view bytes, std::string_view charset);

}  // namespace litura::corpus
