// Records that an older version marked: what training may use of a text is cut out of it by rules
// that get better (marks.hpp), and a row names what they left. When they have changed, rows say
// something that nobody makes of the text any more. A change of marks is a step of the schema that
// calls this.
#pragma once

#include "keys/tags.hpp"
#include "store/database.hpp"

namespace litura::corpus {

/// Gives every record that today's marks cut in another way its present wording, and keeps the one
/// before as `formerly`. Records whose key is not here are left as they are.
Result<void> mark_again(Database& db, const keys::ProjectSecrets& secrets);

}  // namespace litura::corpus
