// Is the ledger the one that others were told of? Statements, the log that witnesses signed and the
// channel lie outside of the database: an older copy of it, put back, disagrees with them.
#pragma once

#include "derive/project.hpp"

namespace litura::release {

/// The first thing said to others that the ledger does not know of; empty if there is none.
Result<std::string> disagreement(derive::Project& project);

}  // namespace litura::release
