// Unicode text, by utf8proc: validity, NFC, and the folding used to recognise a name in another
// spelling.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace litura {

bool is_utf8(std::string_view text);

/// Unicode NFC. Input must be valid UTF-8.
Result<std::string> nfc(std::string_view text);

/// NFKC with case folding and without default-ignorable code points: full-width and case variants
/// of a name become equal, in Turkish too (dotted and dotless i are one letter). Whatever the
/// locale. For look-up of bars only, never for telling accounts apart.
Result<std::string> folded(std::string_view text);

/// What is left of a name when everything is taken away by which two spellings can look alike:
/// folded, without spaces, controls, format characters and code points that stand for nothing; in a
/// name of mixed scripts, Greek and Cyrillic letters that look like Latin ones are those. Empty if
/// nothing is left. For bars only: different people may have one skeleton.
Result<std::string> skeleton(std::string_view text);

/// Unicode NFKC.
Result<std::string> compatible(std::string_view text);

/// Without what is not seen: controls, format signs, private, unassigned and default-ignorable code
/// points; white space becomes single spaces, and none stands at either end.
Result<std::string> without_unseen(std::string_view text);

/// The words of a text for comparing: folded, one space between them, all other signs left out. A
/// word is a run of letters, marks and digits; in scripts that write no spaces (ideographs, kana,
/// Thai, Lao, Khmer, Burmese) every letter is one. Invalid UTF-8 gives an error.
Result<std::string> plain_words(std::string_view text);

/// The Unicode version behind these functions.
std::string unicode_version();

}  // namespace litura
