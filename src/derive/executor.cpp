#include "derive/executor.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

namespace litura::derive {
namespace {

/// The task's slices, in order, from its start on.
Result<void> run_task(const ChainTask& task, std::size_t number, ChainHost& host,
                      Trainer::Worker& worker) {
    const Permit& permit = host.permit(number);
    engine::TrainState state = TRY(host.start(number));
    const OnTokens on_tokens = [&](std::uint64_t targets) { host.trained(targets); };
    for (std::size_t at = 0; at < task.slices.size(); ++at) {
        const ChainTask::Slice& slice = task.slices[at];
        TRY(permit.check(Operation::step));
        const auto texts = TRY(host.texts(slice));
        const auto targets = TRY(worker.train(state, texts, slice.epochs, permit, on_tokens));
        CHECK(targets == slice.tokens);
        TRY(host.reached(number, at, state));
    }
    return done();
}

}  // namespace

Result<std::unique_ptr<TextSource>> TextSource::open(Project& project) {
    return std::unique_ptr<TextSource>(new TextSource(TRY(project.connect_again())));
}

Result<std::vector<AuthorTexts>> TextSource::slice(const ChainTask::Slice& slice) {
    const std::lock_guard lock(mutex_);
    const ReadView one_state = TRY(project_->db.read());
    std::vector<AuthorTexts> authors;
    for (const ChainTask::Text& wanted : slice.texts) {
        if (authors.empty() || authors.back().account != wanted.account)
            authors.push_back({wanted.account, {}});
        auto text = TRY(project_->corpus().effective_text(wanted.record, wanted.wording));
        if (!text) {
            return Error{Code::forbidden, "a record changed since the derivation began",
                         slice.label, "run 'litura derive' again"};
        }
        authors.back().texts.push_back(std::move(*text));
    }
    return authors;
}

Result<Ran> ThreadExecutor::run(std::span<const ChainTask> tasks, ChainHost& host) {
    const int workers = static_cast<int>(
        std::min<std::size_t>(tasks.size(), static_cast<std::size_t>(std::max(threads_, 1))));
    const int threads_each = workers == 1 ? std::max(threads_, 1) : 1;
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> stop = false;
    std::mutex mutex;
    Ran ran;
    std::optional<Error> failure;
    const auto work = [&] {
        const auto worker = trainer_.make_worker(threads_each);
        for (std::size_t index = next++; index < tasks.size() && !stop; index = next++) {
            const auto result = run_task(tasks[index], index, host, *worker);
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
