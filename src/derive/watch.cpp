// Deciding again, only when the ledger moved.
#include "derive/watch.hpp"

#include <map>

namespace litura::derive {

Result<std::unique_ptr<Watch>> Watch::open(Project& project, const View& view) {
    return std::unique_ptr<Watch>(new Watch(TRY(project.open_again()), view));
}

Watch::Watch(std::unique_ptr<Project> project, const View& view)
    : project_(std::move(project)), view_(view), seen_(view.sequence),
      lost_(view.samples.size(), false) {}

Result<void> Watch::look() {
    const ledger::Sequence sequence = project_->ledger().sequence();
    if (sequence == seen_) return done();
    const ledger::Snapshot snapshot = TRY(project_->ledger().snapshot());
    std::map<Digest, corpus::RecordRow> rows;
    for (corpus::RecordRow& row : TRY(project_->corpus().rows()))
        rows.emplace(row.record, std::move(row));
    for (std::size_t index = 0; index < view_.samples.size(); ++index) {
        const Sample& sample = view_.samples[index];
        const auto row = rows.find(sample.record);
        const bool holds =
            row != rows.end() && row->second.wording == sample.wording &&
            decide(snapshot, row->second.facts(), project_->settings.policy.admission, view_.as_of)
                .admitted;
        lost_[index] = !holds;
    }
    seen_ = sequence;
    return done();
}

Result<void> Watch::check(const std::vector<std::size_t>& samples) {
    const std::lock_guard lock(mutex_);
    TRY(look());
    for (const std::size_t index : samples) {
        if (lost_[index])
            return Error{Code::forbidden,
                         "a person of this shard is barred since the derivation began", "",
                         "run 'litura derive' again"};
    }
    return done();
}

Result<void> ChainPermit::check(Act act) const {
    TRY(ledger_.check(act));
    return watch_.check(samples_);
}

}  // namespace litura::derive
