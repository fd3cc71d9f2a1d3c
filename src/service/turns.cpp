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
    bars_.reset();
    steps_ = 1;
    bytes_ = bytes;
    return done();
}

bool Turns::full() const {
    return steps_ == steps_max_ || bytes_ >= kBytesMax || Clock::now() - began_ > kTimeMax;
}

Result<const ledger::Snapshot*> Turns::bars() {
    if (!bars_) bars_ = TRY(session_.ledger().snapshots().latest());
    return bars_.get();
}

Result<void> Turns::finish() {
    if (!open_) return done();
    Transaction transaction = std::move(*open_);
    open_.reset();
    return transaction.commit();
}

}  // namespace litura::service
