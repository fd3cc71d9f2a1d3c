// The folds in memory, as decide() reads them.
#pragma once

#include <memory>
#include <span>

#include "ledger/decide.hpp"

namespace litura::ledger {

struct Core;

class Snapshots {
public:
    explicit Snapshots(Core& core) : core_(&core) {}

    /// As of the last event. The ledger keeps it and brings it up to date by the events since, so
    /// whoever holds one over an append makes the next one a copy.
    Result<std::shared_ptr<const Snapshot>> latest();
    /// The same as of a past event, made from the events anew. What was erased since is missing.
    Result<Snapshot> at(Sequence sequence);
    /// What decide() reads of it for these records of one person: as cheap as the person is small.
    Result<Snapshot> of(const Digest& person, std::span<const Digest> records);
    /// May something that was admitted after event `since` be refused by a later one? True for
    /// whatever is not known to be harmless; the passing of time is the caller's matter.
    Result<bool> forbade_since(Sequence since);

private:
    /// False if the kept one has to be made anew.
    Result<bool> bring_up_to_date(const Head& head);
    Core* core_;
};

}  // namespace litura::ledger
