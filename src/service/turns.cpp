#include "service/turns.hpp"

#include "derive/rights.hpp"
#include "ledger/decide.hpp"
#include "ledger/snapshots.hpp"

namespace litura::service {

Result<void> Turns::step(std::size_t bytes) {
    if (open_ && !full()) {
        ++steps_;
        bytes_ += bytes;
        return done();
    }
    TRY(finish());
    TRY(derive::give_way(session_.project()));
    open_.emplace(TRY(session_.project().db.begin()));
    began_ = Clock::now();
    looked_ = false;
    steps_ = 1;
    bytes_ = bytes;
    return done();
}

bool Turns::full() const {
    return steps_ == steps_max_ || bytes_ >= kBytesMax || Clock::now() - began_ > kTimeMax;
}

Result<const ledger::Snapshot*> Turns::bars() {
    auto snapshots = session_.ledger().snapshots();
    // What this import itself adds to the ledger bars nobody, and is not read back.
    if (!bars_ || (!looked_ && TRY(snapshots.forbade_since(looked_at_))))
        bars_ = TRY(snapshots.latest());
    if (!looked_) looked_at_ = TRY(session_.ledger().sequence());
    looked_ = true;
    return bars_.get();
}

Result<void> Turns::finish() {
    if (!open_) return done();
    Transaction transaction = std::move(*open_);
    open_.reset();
    return transaction.commit();
}

}  // namespace litura::service
