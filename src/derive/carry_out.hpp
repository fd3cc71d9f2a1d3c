// What becomes of an accepted request, in steps that may each be repeated, so that a process killed
// between or inside them is finished by the next command: the model without the person, then, once
// verified, the end of what has to be destroyed. docs/derivation.md has the steps and their fault
// points E1 to E6.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>

#include "derive/derive.hpp"
#include "derive/echoes.hpp"
#include "derive/turn.hpp"

namespace litura::derive {

/// When something had happened, on the steady clock: whoever asked can say how long it took.
using Moment = std::chrono::steady_clock::time_point;

struct Exercised {
    ledger::Request request;
    std::optional<Moment> old_model_stopped;  ///< the bars were committed and synced
    std::optional<Derived> suppressed;    ///< nothing if there was no model, or nothing to take out
    std::optional<Moment> suppressed_at;  ///< the suppressed model could answer
    std::optional<InOthers> others;       ///< where other people's records were searched
};

/// Is something to be destroyed now: verified, not closed, not done?
bool destroys_now(const ledger::Request& request);
/// Does it take anybody out of the model? Not what only asks, nor what waits for somebody's
/// authority, nor what was taken back.
bool suppresses(const ledger::Request& request);
/// Does a person have to decide before anything is taken out?
Result<bool> waits_for_decision(Project& project, const ledger::Request& request);

/// Suppression and, once verified, destruction, of all of them with one search of others' records,
/// one model and one destruction. Outsiders' requests are carried out one by one.
Result<void> carry_out(Turn& turn, std::span<Exercised> all);
Result<Exercised> carry_out(Turn& turn, Exercised one);

/// The visible model makes place for one without those who are barred now.
struct Replaced {
    bool done = false;             ///< false: a stop order forbids a new one; none is served either
    std::optional<Derived> model;  ///< nothing if none was visible
};
Result<Replaced> replace_model(Project& project);
/// A model that holds someone who left, and could not be replaced, is no model: fail closed.
Result<void> withdraw_unusable_model(Project& project);

/// Everything that dies goes in one transaction with the rotation of what lives: `take` removes
/// rows and keys and marks nodes. From its commit on the next command finishes, whatever happens.
Result<void> destroying(Turn& turn, const std::function<Result<void>()>& take);
/// After that commit: until nothing on disk can be opened any more.
Result<void> finish_destruction(Turn& turn);

}  // namespace litura::derive
