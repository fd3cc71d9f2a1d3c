// Reading events back by their type: what parts above the ledger noted, and what it says of
// requests. Events that are sealed under a person's key are not read here.
#pragma once

#include "derive/project.hpp"
#include "ledger/event.hpp"

namespace litura::derive {

struct Note {
    ledger::Sequence seq = 0;
    Instant at;
    std::string type;
    Json payload;
};

/// Events of the project (of no person) whose types begin with `prefix`, in their order.
Result<std::vector<Note>> notes(Project& project, std::string_view prefix);

/// Does this event name the request?
bool is_about(const Note& note, const ledger::Request& request);

/// The last event, with the hash that all before it hang on: what an anchor outside keeps.
Result<ledger::Head> ledger_head(Project& project);

}  // namespace litura::derive
