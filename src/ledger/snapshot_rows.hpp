// The folds as a snapshot reads them. Not public.
#pragma once

#include <set>

#include "store/database.hpp"
#include "ledger/decide.hpp"

namespace litura::ledger {

/// Everybody.
Result<Snapshot> load_snapshot(Database& db, Sequence sequence, std::vector<AdoptedRules> rules);
/// What there is of these persons, and the bars on these records.
Result<Snapshot> load_snapshot_of(Database& db, const std::set<Digest>& persons,
                                  const std::set<Digest>& records, Sequence sequence,
                                  std::vector<AdoptedRules> rules);

/// What the events since a snapshot was made have changed of it.
struct Touched {
    std::set<Digest> persons;
    std::set<Digest> keys;  ///< records and folded names that may be barred otherwise
    std::set<Digest> gone;  ///< accounts that were erased
    bool classes = false;
};
/// Reads again what was touched, and puts it in the place of what was there.
Result<void> refresh(Database& db, Touched& touched, Snapshot& into);

/// The last event that set a bar that still stands; 0: there is none.
Result<Sequence> last_bar(Database& db);
/// Did rules come into force after the moment of this event?
Result<bool> rules_since(Database& db, Sequence event, Instant now);

}  // namespace litura::ledger
