// Threads around chains.
#include "derive/executor.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace litura::derive {

Result<std::unique_ptr<TextSource>> TextSource::open(Project& project) {
    return std::unique_ptr<TextSource>(new TextSource(TRY(project.open_again())));
}

Result<std::vector<AuthorTexts>> TextSource::slice(const View& view, const Node& node) {
    const std::lock_guard lock(mutex_);
    const ReadView one_state = TRY(project_->db.read());
    std::vector<AuthorTexts> authors;
    for (const std::size_t index : node.samples) {
        const Sample& sample = view.samples[index];
        if (authors.empty() || authors.back().account != sample.account)
            authors.push_back({sample.account, {}});
        const auto row = TRY(project_->corpus().row(sample.record));
        if (!row || row->wording != sample.wording) {
            return Error{Code::forbidden, "a record changed since the derivation began", node.label,
                         "run 'litura derive' again"};
        }
        authors.back().texts.push_back(TRY(project_->corpus().effective_text(sample.record)));
    }
    return authors;
}

Result<void> run_chain(
    const ChainJob& job, engine::TrainState state, Trainer::Worker& worker, TextSource& texts,
    const std::function<Result<void>(const Node&, const engine::TrainState&)>& on_node,
    const OnTokens& on_tokens) {
    for (std::size_t at = job.first; at < job.chain.slices.size(); ++at) {
        const Node& node = job.graph.nodes[job.chain.slices[at]];
        TRY(job.permit.check(Act::step));
        const auto slice = TRY(texts.slice(job.view, node));
        const auto targets = TRY(worker.train(state, slice, node.epochs, job.permit, on_tokens));
        CHECK(targets == node.tokens);
        TRY(on_node(node, state));
    }
    return done();
}

Result<Ran> run_side_by_side(
    std::size_t count, int threads, const Trainer& trainer,
    const std::function<Result<void>(std::size_t, Trainer::Worker&)>& body) {
    const int workers = static_cast<int>(
        std::min<std::size_t>(count, static_cast<std::size_t>(std::max(threads, 1))));
    const int threads_each = workers == 1 ? std::max(threads, 1) : 1;
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> stop = false;
    std::mutex mutex;
    Ran ran;
    std::optional<Error> failure;
    const auto work = [&] {
        const auto worker = trainer.make_worker(threads_each);
        for (std::size_t index = next++; index < count && !stop; index = next++) {
            const auto result = body(index, *worker);
            if (result.ok()) continue;
            const std::lock_guard lock(mutex);
            if (result.error().code == Code::forbidden) {
                ++ran.forbidden;
                ran.refusal = result.error();
            } else {
                failure = result.error();
                stop = true;
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (int index = 1; index < workers; ++index) others.emplace_back(work);
        if (workers > 0) work();
    }
    if (failure) return *failure;
    return ran;
}

}  // namespace litura::derive
