// The wrapped keys of records in a copy outside of the project: a database attached as `mirror`
// (Database::beside), each with the wording it is for.
#pragma once

#include <cstdint>

#include "store/database.hpp"

namespace litura::corpus {

/// The mirror then holds the keys of the project's records, and no other.
Result<void> mirror_record_keys(Database& db);
/// Each record gets the mirror's key for its wording; one without is dead, and removed.
Result<void> take_mirrored_record_keys(Database& db);

/// For a copy of the project's database that leaves it: no key is in it.
Result<void> leave_record_keys_out(Database& db);
Result<std::uint64_t> count_records(Database& db);

}  // namespace litura::corpus
