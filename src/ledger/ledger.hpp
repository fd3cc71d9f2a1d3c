// The ledger: an append-only, hash-chained log of everything that allows or forbids, and its folds.
// Only events are truth; every table beside them can be rebuilt (verify). The chain covers
// commitments, payloads are sealed: an account's under the account's key, so that they die with it,
// all others under the project key. An append and its fold are one durable transaction; what a
// method returned is not lost. A Ledger belongs to one thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "base/env.hpp"
#include "base/json.hpp"
#include "keys/tags.hpp"
#include "ledger/clock.hpp"
#include "ledger/event_catalogue.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

/// What was checked by `ledger verify`.
struct Verification {
    bool holds = false;
    Sequence events = 0;
    Sequence unreadable = 0;  ///< payloads whose key was destroyed by a recorded erasure
    /// From this event on each binds itself and all before it; what was done to the rows of older
    /// ones before it was written cannot be seen. 1 in a project of this version.
    Sequence bound_from = 1;
    std::string first_difference;  ///< names an event or a table; empty if it holds
};

/// An event of the project itself (of no person), read back.
struct ProjectEvent {
    Sequence seq = 0;
    Instant at;
    std::string type;
    Json payload;
};
/// Does this event name the request?
bool is_about(const ProjectEvent& event, const Request& request);

struct Core;
class Classes;
class Documents;
class Findings;
class Intake;
class Orders;
class Persons;
class Requests;
class Rules;
class Snapshots;

class Ledger {
public:
    enum class Clock { real, test };

    /// Over the tables of schema.hpp: writes the first events. `at` is the project's first moment.
    static Result<void> create(Database& db, const keys::ProjectSecrets& secrets, Clock clock,
                               Instant at);
    /// `now`: the moment given by --now on a test project, nothing on a real one. Code::forbidden
    /// for mixing the clocks or a moment before the last event. A test project without --now stands
    /// still at its last event.
    static Result<Ledger> open(Database& db, const keys::ProjectSecrets& secrets, Env& env,
                               std::optional<Instant> now);
    Ledger(Ledger&&) noexcept;
    ~Ledger();

    /// For the due dates of requests; none at first.
    void set_calendar(Calendar calendar);
    Result<Instant> now() const;
    Clock clock() const;
    /// The machine's clock says that more time has passed since the last event than is likely. It
    /// is not believed: time stands still at the last event until an operator confirms the day.
    struct Leap {
        Instant last, machine;
    };
    Result<std::optional<Leap>> leap() const;
    /// `today`: what the operator knows from elsewhere to be the day (its first moment, UTC).
    /// Code::bad_input unless the machine's clock says the same.
    Result<void> confirm_clock(Instant today);
    /// Of the last event. An error, never an old number, if the ledger cannot be read: a promotion
    /// may rest on it.
    Result<Sequence> sequence() const;

    // What it is about, each in a header of its own name. They live as long as the ledger.
    Intake intake();
    Persons persons() const;
    Documents documents();
    Rules rules();
    Requests requests();
    Findings findings();
    Orders orders() const;
    Classes classes();
    Snapshots snapshots();

    /// An event of a part above, without a fold of its own (imports, exports, promotions). Holds no
    /// personal text or identifier. The catalogue knows its type.
    Result<void> append(EventName type, const Json& payload);
    /// The project's own events (of no person) of these types, in order.
    Result<std::vector<ProjectEvent>> events(std::span<const EventName> types);
    Result<std::vector<ProjectEvent>> events(EventName type) { return events({&type, 1}); }

    /// What the chain is committed to at this event: a random number to anybody.
    Result<Digest> commitment(Sequence event);

    // For copies of the project (derive/custody.hpp).
    Result<Head> head() const;
    /// Does the chain go through this event?
    Result<bool> holds(const Head& head);
    /// Makes every fold anew from the events, in one transaction.
    Result<void> rebuild();

    /// Walks the chain, opens what can be opened, rebuilds every fold in memory and compares.
    Result<Verification> verify();

private:
    explicit Ledger(std::unique_ptr<Core> core);
    std::unique_ptr<Core> core_;
};

}  // namespace litura::ledger
