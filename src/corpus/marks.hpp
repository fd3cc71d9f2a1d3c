// Nothing global hides in a record: other people's words and names, and everybody's direct
// identifiers, are cut to constant marks, always, whoever is live, so that one person's coming and
// going changes nothing in another's record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace litura::corpus {

/// For runs of quoted lines, quoted mail, reposts; hides how long they were.
inline constexpr std::string_view kQuoteMark = "[quote]";
inline constexpr std::string_view kMentionMark = "@someone";

/// The effective text: each run of "> " lines (also nested, also an "On ... wrote:" line before it)
/// becomes one kQuoteMark line, and so does "[quote=name]...[/quote]"; "RT @name: ..." and
/// "@name > ..." become kQuoteMark to the end of the line; @mentions become kMentionMark; direct
/// identifiers, whoever's they are, become their marks (identifiers.hpp). All after
/// "-----Original Message-----", a block of headers or an attribution without quoted lines, in some
/// thirty languages (quotations.hpp), is a quote too. White space at the end
/// goes: whether a file ends in a newline is nobody's wording. Idempotent.
std::string effective_text(std::string_view text);

/// An effective text with a space for every mark: what its author said.
std::string without_marks(std::string_view effective);

/// What its author said between the marks: pieces of the text, in order, none of them empty.
std::vector<std::string_view> own_words(std::string_view effective);

/// Does an effective text hold anything beside marks and white space?
bool holds_own_words(std::string_view effective);

}  // namespace litura::corpus
