// Runs the missing tails of shards. The store is the only channel for results; a chain that is
// cancelled or loses a person leaves what it finished and no more. Bits depend on neither the
// number of workers nor the order in which chains run. An Executor takes tasks that could as well
// be files (chain_task.hpp) and calls back into their host; threads are the one there is.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "derive/chain_task.hpp"
#include "derive/project.hpp"
#include "derive/trainer.hpp"

namespace litura::derive {

/// Opens a slice's texts, author by author. Thread-safe.
class TextSource {
public:
    static Result<std::unique_ptr<TextSource>> open(Project& project);
    /// Code::forbidden if a text was destroyed or reworded meanwhile.
    Result<std::vector<AuthorTexts>> slice(const ChainTask::Slice& slice);

private:
    explicit TextSource(std::unique_ptr<Project> project) : project_(std::move(project)) {}
    std::unique_ptr<Project> project_;  ///< a second connection to the same project
    std::mutex mutex_;
};

/// What running tasks are given, and where their results go. Tasks are named by their place in the
/// list; every method is called from any thread.
class ChainHost {
public:
    virtual ~ChainHost() = default;
    /// The state that the task starts from.
    virtual Result<engine::TrainState> start(std::size_t task) = 0;
    virtual const Permit& permit(std::size_t task) = 0;
    virtual Result<std::vector<AuthorTexts>> texts(const ChainTask::Slice& slice) = 0;
    virtual void trained(std::uint64_t targets) = 0;
    /// The task's slice was finished in this state.
    virtual Result<void> reached(std::size_t task, std::size_t slice,
                                 const engine::TrainState& state) = 0;
};

struct Ran {
    std::size_t forbidden = 0;     ///< tasks that were refused, and ended where they were
    std::optional<Error> refusal;  ///< one of those refusals
};

class Executor {
public:
    virtual ~Executor() = default;
    /// Runs every task from its start to its last slice. The first error of a kind other than
    /// Code::forbidden stops the rest; then it is returned.
    virtual Result<Ran> run(std::span<const ChainTask> tasks, ChainHost& host) = 0;
};

/// One thread a task, all threads for a single one.
class ThreadExecutor final : public Executor {
public:
    /// `trainer` outlives it.
    ThreadExecutor(const Trainer& trainer, int threads) : trainer_(trainer), threads_(threads) {}
    Result<Ran> run(std::span<const ChainTask> tasks, ChainHost& host) override;

private:
    const Trainer& trainer_;
    int threads_;
};

}  // namespace litura::derive
