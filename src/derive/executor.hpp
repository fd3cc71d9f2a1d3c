// Runs the missing tails of shards: one thread a chain, all threads for a single one. The store is
// the only channel for results; a chain that is cancelled or loses a person leaves what it finished
// and no more. Bits depend on neither the number of threads nor the order in which chains run.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "derive/graph.hpp"
#include "derive/plan.hpp"
#include "derive/project.hpp"
#include "derive/trainer.hpp"

namespace litura::derive {

/// Opens a slice's texts, author by author. Thread-safe.
class TextSource {
public:
    static Result<std::unique_ptr<TextSource>> open(Project& project);
    /// Code::forbidden if a text was destroyed meanwhile.
    Result<std::vector<AuthorTexts>> slice(const View& view, const Node& node);

private:
    explicit TextSource(std::unique_ptr<Project> project) : project_(std::move(project)) {}
    std::unique_ptr<Project> project_;  ///< a second opening of the same project
    std::mutex mutex_;
};

/// What one worker needs to run one chain from slice `first` on.
struct ChainJob {
    const View& view;
    const Graph& graph;
    const Chain& chain;
    std::size_t first = 0;
    const Permit& permit;
};

/// Trains the chain's slices in order, starting from `state`; `on_node` takes each finished one
/// over.
Result<void> run_chain(
    const ChainJob& job, engine::TrainState state, Trainer::Worker& worker, TextSource& texts,
    const std::function<Result<void>(const Node&, const engine::TrainState&)>& on_node,
    const OnTokens& on_tokens);

/// Calls body(index, worker) for every index in [0, count), on as many threads as there is use for.
/// The first error of a kind other than Code::forbidden stops the rest; then it is returned. A
/// forbidden one ends its own chain only.
struct Ran {
    std::size_t forbidden = 0;
    std::optional<Error> refusal;  ///< one of the forbidden ones
};
Result<Ran> run_side_by_side(
    std::size_t count, int threads, const Trainer& trainer,
    const std::function<Result<void>(std::size_t, Trainer::Worker&)>& body);

}  // namespace litura::derive
