// The eye on the ledger while a derivation runs: a person who objects, or an order, must stop what
// touches them within one optimizer step, and nothing else. It has a database connection of its
// own, and is thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "derive/graph.hpp"
#include "derive/project.hpp"

namespace litura::derive {

class Watch {
public:
    /// `view` outlives the Watch.
    static Result<std::unique_ptr<Watch>> open(Project& project, const View& view);

    /// Code::forbidden once one of `samples` (indices into the view) is not admitted any more with
    /// its wording. Looks at the ledger only when something was appended since the last look.
    Result<void> check(const std::vector<std::size_t>& samples);

private:
    Watch(std::unique_ptr<Project> project, const View& view);
    Result<void> look();

    std::unique_ptr<Project> project_;  ///< a second opening of the same project
    const View& view_;
    std::mutex mutex_;
    ledger::Sequence seen_;
    std::vector<bool> holds_;  ///< per sample of the view: admitted at the last look
};

/// The ledger's Permit, and the Watch over one chain's samples.
class ChainPermit final : public Permit {
public:
    ChainPermit(const Permit& ledger, Watch& watch, std::vector<std::size_t> samples)
        : ledger_(ledger), watch_(watch), samples_(std::move(samples)) {}
    Result<void> check(Operation act) const override;

private:
    const Permit& ledger_;
    Watch& watch_;
    std::vector<std::size_t> samples_;
};

}  // namespace litura::derive
