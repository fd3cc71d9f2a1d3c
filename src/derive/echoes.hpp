// What stands of somebody in other people's records, and what becomes of those: words of a person
// who leaves (echoes), and the name of somebody without an account who objected. One pass over all
// other records in memory; no index of either is kept. docs/echoes.md says what is found and what
// is not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "derive/node_rows.hpp"
#include "derive/turn.hpp"
#include "ledger/findings.hpp"

namespace litura::derive {

struct InOthers {
    std::uint64_t searched = 0;  ///< other people's records
    ledger::Found found;
};
/// Searches once for all of these requests of people with accounts, or for one of an outsider, and
/// bars for each, while its person's texts can still be read: what was found for each, in their
/// order. May be repeated. Gives way to others while it searches.
Result<std::vector<InOthers>> bar_in_others(Turn& turn, std::span<const ledger::Request> requests);

/// The records so barred: after an erasure the nodes that saw one go like the person's own.
Result<std::vector<Influence>> influence_in_others(Project& project,
                                                   const ledger::Request& request);

}  // namespace litura::derive
