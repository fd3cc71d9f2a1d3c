// One Debian changelog, line by line, to entries (Debian Policy 4.4). Lenient where a person's
// words are concerned, so that nothing is lost silently; strict about who wrote and when.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "corpus/corpus.hpp"

namespace litura::corpus {

/// "Mon, 02 Jan 2006 15:04:05 +0100" (RFC 2822): the day's name, the seconds and the leading zero
/// may be missing; the zone is numeric, GMT or UTC.
Result<Instant> parse_mail_date(std::string_view text);

class ChangelogParser {
public:
    /// A record, or why there is none: "not_an_entry" (text before a header; a run of lines counts
    /// once), "no_trailer", "bad_trailer", "bad_time", "not_utf8", "too_long".
    using Outcome = std::variant<IncomingRecord, std::string_view>;

    /// What this line completes, if anything.
    std::optional<Outcome> take(std::string_view line);
    /// The end of the file.
    std::optional<Outcome> finish();

private:
    std::optional<Outcome> take_outside(std::string_view line);
    std::optional<Outcome> take_inside(std::string_view line);
    Outcome close(std::string_view trailer);
    Outcome record_of(std::string_view author, Instant at);
    void clear();

    bool inside_ = false;
    bool in_junk_ = false;
    std::string id_;    ///< source package _ version
    std::string body_;  ///< lines without their indentation, each with its end
    bool too_long_ = false;
};

}  // namespace litura::corpus
