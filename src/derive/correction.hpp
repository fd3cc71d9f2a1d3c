// What a rectification will say, kept between acceptance and the verification of the person, sealed
// under the person's key.
#pragma once

#include <optional>

#include "derive/project.hpp"

namespace litura::derive {

struct Correction {
    Digest disputed;  ///< the wording of which the person said that it is wrong
    PersonalText text;
};

/// Part of the caller's transaction.
Result<void> keep_correction(Project& project, const ledger::Request& request,
                             const Correction& correction);
/// Nothing once it was carried out, or the person's key is gone.
Result<std::optional<Correction>> kept_correction(Project& project, const ledger::Request& request);
/// Those that nobody waits for any more: taken, denied, or overtaken by an erasure.
Result<void> forget_corrections(Database& db, ledger::Ledger& ledger);

}  // namespace litura::derive
