// Everything held of a person, for that person and nobody else (GDPR Art. 15, 20).
#pragma once

#include <span>

#include "cli/context.hpp"

namespace litura::cli {

/// "grounds" and "bars": why what these accounts wrote may be used, and what forbids it now.
void add_standing(const ledger::Snapshot& ledger, std::span<const ledger::Account> accounts,
                  Json& answer);
/// What the person provided: `records` as `import` and `acts` as `ground add` read them.
Result<void> add_provided(derive::Project& project, const Digest& person, Json& answer);
/// And all else: the notices they were shown, grounds, bars, requests, evidence of links, the
/// manifests and models that held them, the releases, and the recipients by name (C-154/21).
Result<void> add_report(derive::Project& project, const Digest& person, Json& answer);

}  // namespace litura::cli
