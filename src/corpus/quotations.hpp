// How mail programs say whose words follow, in some thirty languages: a line before quoted lines, a
// line between dashes, a block of headers. What they say is somebody's name, and goes with the
// words.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace litura::corpus {

/// How many lines at the end say whose words follow: "On Monday X wrote:", "Am ... schrieb X:",
/// broken in up to three. `sure`: they do so even if the words that follow have no sign of a quote,
/// because they name a moment.
struct Attribution {
    std::size_t lines = 0;
    bool sure = false;
};
Attribution attribution_at_end(std::span<const std::string> lines);

/// "On Monday X <x@mail.example" and below it "> wrote:": does the line close the address above, so
/// that both are one line that a mail program broke?
bool closes_address(std::string_view above, std::string_view line);

/// "-----Original Message-----", "Begin forwarded message:".
bool begins_other_mail(std::string_view line);

/// Does the text begin with a block of headers, "From:", "Sent:", "To:", "Subject:", each on a
/// line of its own or all on one?
bool begins_with_headers(std::string_view text);

/// A line of nothing but signs, as is drawn above such a block or a list's footer.
bool is_ruler(std::string_view line);

/// "club mailing list", "You received this message because you are subscribed ...": a list's own
/// words.
bool is_list_footer(std::string_view line);

}  // namespace litura::corpus
