// What an erasure or rectification found, and what became of it: one line an artefact, also for
// what it could not reach. Counted in the transaction that destroys, kept sealed under a key of the
// request's own, so that it can be answered for after the person's keys are dead. It holds counts
// and digests of models, no name and no text.
#pragma once

#include "derive/echoes.hpp"

namespace litura::derive {

enum class Fate {
    destroyed,     ///< its key is dead, its row or file removed
    unreadable,    ///< still there; no key opens it any more
    kept,          ///< still there and readable, for the reason given
    out_of_reach,  ///< left the project: nothing here can reach it
};
std::string_view to_text(Fate fate);

struct Artefact {
    std::string what;
    std::uint64_t count = 0;
    Fate fate = Fate::destroyed;
    std::string note;
};

/// What the destroying transaction takes.
struct Taken {
    std::uint64_t records = 0, wordings = 0, accounts = 0, events = 0, nodes = 0;
    std::optional<InOthers> in_others;  ///< where the person's words were searched
};

/// Part of the caller's transaction.
Result<void> keep_report(Project& project, const ledger::Request& request, const Taken& taken);
/// Code::forbidden unless the request destroyed something.
Result<std::vector<Artefact>> report_of(Project& project, const ledger::Request& request);

}  // namespace litura::derive
