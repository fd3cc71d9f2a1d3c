// Rows about the model that may be used and the last complete one, and about whom the former was
// trained on.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "base/digest.hpp"
#include "base/time.hpp"
#include "ledger/types.hpp"
#include "store/database.hpp"

namespace litura::derive {

enum class Visible { current, derived };

struct VisibleRow {
    Digest model, manifest;
    ledger::Sequence sequence = 0;  ///< the ledger's, at which its view was last found admissible
    std::optional<Instant> valid_until;
    bool suppressed = false;
    std::uint64_t tokens = 0, deferred_persons = 0, deferred_records = 0, deferred_tokens = 0;
};

Result<std::optional<VisibleRow>> visible_row(Database& db, Visible which);
Result<void> set_visible(Database& db, Visible which, const VisibleRow& row);
/// Unless another model became the current one meanwhile.
Result<void> found_admissible_at(Database& db, const Digest& manifest, ledger::Sequence sequence);

Result<void> set_visible_persons(Database& db, const std::set<Digest>& persons);
/// Was the visible model trained on records of this person?
Result<bool> visible_model_used(Database& db, const Digest& person);

/// No model is visible any more.
Result<void> withdraw_visible_model(Database& db);
/// For a copy of the project's database that leaves it: nothing says who was trained on.
Result<void> leave_visible_out(Database& db);

}  // namespace litura::derive
