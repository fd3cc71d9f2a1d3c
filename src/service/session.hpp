// An opened project, for one caller at a time and for as long as they like: what every function of
// this part gets first. It knows nothing of command lines, requests over a network or terminals.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/env.hpp"
#include "base/observer.hpp"
#include "base/time.hpp"

namespace litura::derive {
class Project;
class Trainer;
struct Recipe;
}  // namespace litura::derive
namespace litura::ledger {
class Ledger;
}
namespace litura::corpus {
class Corpus;
}

namespace litura::service {

/// Makes the trainer that a recipe names (derive::TrainerFactory); tests put a toy in its place.
using Trainers = std::function<Result<std::unique_ptr<derive::Trainer>>(Env&, const Path& base,
                                                                        const derive::Recipe&)>;

class Session {
public:
    /// Finishes first what a killed process left half done. `now` as in Ledger::open. Long work is
    /// told to `observer`, which outlives the session.
    static Result<std::unique_ptr<Session>> open(Env& env, const Path& folder,
                                                 std::optional<Instant> now,
                                                 Observer& observer = Observer::none());
    static Result<std::unique_ptr<Session>> open(Env& env, const Path& folder,
                                                 std::optional<Instant> now, Observer& observer,
                                                 Trainers trainers);
    ~Session();

    Env& env();
    Observer& observer();
    derive::Project& project() { return *project_; }
    ledger::Ledger& ledger();
    corpus::Corpus& corpus();
    /// The ledger's clock: the machine's, or the test project's.
    Result<Instant> now();
    /// For what the project's records are used.
    const std::string& purpose() const;

private:
    explicit Session(std::unique_ptr<derive::Project> project);
    std::unique_ptr<derive::Project> project_;
};

/// Records that an order refused `act`, for the report on that order; any other error is nobody's
/// matter. `act` is a word such as "derive".
Result<void> note_refusal(Session& session, const Error& refusal, std::string_view act);
/// Was this refused by an order?
bool is_order(const Error& refusal);

}  // namespace litura::service
