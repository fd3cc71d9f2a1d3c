// Is everything that the database says what was written into it? For `ledger verify`: the chain and
// its folds, every record's row, every key.
#pragma once

#include "corpus/check.hpp"
#include "derive/project.hpp"

namespace litura::derive {

struct Soundness {
    /// Of the ledger; `holds` and `first_difference` speak for everything.
    ledger::Verification ledger;
    corpus::CheckedRecords records;
};
Result<Soundness> check_soundness(Project& project);

}  // namespace litura::derive
