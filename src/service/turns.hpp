// Much to write, in transactions that are short: whoever exercises a right waits for one of them at
// most. What a crash leaves is whole steps; the same work again does the rest.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "derive/project.hpp"
#include "ledger/decide.hpp"
#include "ledger/snapshots.hpp"
#include "service/session.hpp"

namespace litura::service {

class Turns {
public:
    static constexpr std::uint64_t kStepsMax = 20'000, kBytesMax = 16 << 20;
    static constexpr std::chrono::milliseconds kTimeMax{500};

    explicit Turns(Session& session, std::uint64_t steps_max = kStepsMax)
        : session_(session), steps_max_(steps_max) {}

    /// Before each step: begins a transaction where none is open, after others had their turn. One
    /// that has taken so many steps, bytes or milliseconds is committed first: some megabytes, so
    /// that a page of an index is written once for many records and the log stays small.
    Result<void> step(std::size_t bytes);
    /// What is barred as this transaction began. Nobody changes it before the commit. Its accounts
    /// may be those of an earlier one.
    Result<const ledger::Snapshot*> bars();
    /// Commits what is open. Without it, the last steps are rolled back.
    Result<void> finish();

private:
    using Clock = std::chrono::steady_clock;
    bool full() const;

    Session& session_;
    const std::uint64_t steps_max_;
    std::optional<Transaction> open_;
    std::shared_ptr<const ledger::Snapshot> bars_;
    ledger::Sequence looked_at_ = 0;       ///< nothing barred anybody between them and here
    bool looked_ = false;                  ///< since the open transaction began
    Clock::time_point began_;              ///< the open transaction
    std::uint64_t steps_ = 0, bytes_ = 0;  ///< of the open transaction
};

}  // namespace litura::service
