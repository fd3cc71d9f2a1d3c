// Whether the rows of records, and what is sealed in them, are as they were written: for
// `ledger verify`.
#pragma once

#include <string>

#include "keys/key_table.hpp"
#include "keys/tags.hpp"

namespace litura::corpus {

struct CheckedRecords {
    std::uint64_t records = 0;
    /// Of them: bound when an older project was brought forward. What their rows said until then
    /// was sealed by nothing.
    std::uint64_t bound_late = 0;
    /// Of them: their text is cut by other marks than when it was first read.
    std::uint64_t marked_again = 0;
    std::string difference;  ///< the first one; empty: all rows are as they were written
};

/// Opens every row and every record. A difference is a finding, not an error.
Result<CheckedRecords> check_records(Database& db, const keys::ProjectSecrets& secrets,
                                     keys::KeyTable& keys);

}  // namespace litura::corpus
