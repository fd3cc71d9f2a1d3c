// The journal in a copy of it outside of the project: a database attached as `mirror`
// (Database::beside).
#pragma once

#include <optional>

#include "ledger/types.hpp"
#include "store/database.hpp"

namespace litura::ledger {

/// Appends what the mirror's journal lacks. Code::forbidden if it holds another history.
Result<void> mirror_events(Database& db);
/// Appends to the project's journal what the mirror's has beyond it.
Result<void> take_mirrored_events(Database& db);
/// The mirror's last event; nothing if none was ever written.
Result<std::optional<Head>> mirrored_head(Database& db);
/// Is the event in the mirror's journal?
Result<bool> mirror_holds(Database& db, const Head& head);
/// The last event of a copy of the project's database, with no ledger open. Code::bad_input if it
/// holds none.
Result<Head> last_event(Database& db);

}  // namespace litura::ledger
