// What chat programs and platforms write into people's messages themselves, in the languages of
// their interfaces: that something was deleted, edited, attached. Never anybody's words.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

namespace litura::corpus {

enum class Wording {
    own,          ///< somebody's words
    deleted,      ///< "This message was deleted"
    no_text,      ///< a file that hangs on the message, and nothing else
    by_programs,  ///< "Vera created this group"
};

/// Takes away what the program added to a message, such as "<This message was edited>" at its end
/// or the name of a file before a caption, and says what is left. `marked`: the program set its
/// mark (U+200E) before the text, as iPhones do.
Wording without_programs_words(std::string& text, bool marked);

/// "You unsent a message", "Vera sent an attachment.", "Liked a message": what Facebook and
/// Instagram write into a conversation.
Wording wording_of_meta(std::string& text);

/// "Facebook User", "Instagram User", "[deleted]", in any of the languages: nobody's name, but that
/// of everybody who left.
bool is_placeholder_name(std::string_view name);

/// No name has one quotation mark alone: a title is quoted there, "Vera changed the subject to "A".
bool quotes_something(std::string_view name);

/// "Otto: yes" at a line's beginning: the name of another of the chat becomes the mention mark.
std::string with_nicks_marked(std::string_view text, const std::unordered_set<std::string>& names,
                              std::string_view author);

}  // namespace litura::corpus
