#include "derive/watch.hpp"

#include "derive/visible.hpp"

namespace litura::derive {

Result<std::unique_ptr<Watch>> Watch::open(Project& project, const View& view) {
    return std::unique_ptr<Watch>(new Watch(TRY(project.connect_again()), view));
}

Watch::Watch(std::unique_ptr<Project> project, const View& view)
    : project_(std::move(project)), view_(view), seen_(view.sequence),
      holds_(view.samples.size(), true) {}

Result<void> Watch::look() {
    const ledger::Sequence sequence = TRY(project_->ledger().sequence());
    if (sequence == seen_) return done();
    holds_ = TRY(admitted(*project_, view_, view_.as_of));
    seen_ = sequence;
    return done();
}

Result<void> Watch::check(const std::vector<std::size_t>& samples) {
    const std::lock_guard lock(mutex_);
    TRY(look());
    for (const std::size_t index : samples) {
        if (!holds_[index])
            return Error{Code::forbidden,
                         "a person of this shard is barred since the derivation began", "",
                         "run 'litura derive' again"};
    }
    return done();
}

Result<void> ChainPermit::check(Operation act) const {
    TRY(ledger_.check(act));
    return watch_.check(samples_);
}

}  // namespace litura::derive
