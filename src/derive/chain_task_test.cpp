#include "derive/chain_task.hpp"

#include <gtest/gtest.h>

#include "derive/executor.hpp"
#include "derive/test_world.hpp"

namespace litura::derive::testing {
namespace {

/// A World's tasks, and what running them gives.
class Tasks : public ::testing::Test {
protected:
    /// Ten of the people consent, so many that no deal puts them all into one slice.
    Tasks() { world_.import(posts_of(40)); }

    std::vector<ChainTask> tasks_of_first_group() {
        const auto project = world_.open();
        view_ = must(project->view());
        graph_ = must(project->graph(view_));
        const Digest base = must(project->trainer())->base_digest();
        const TaskSource source{project->settings_text, base, view_, graph_};
        std::vector<ChainTask> tasks;
        for (const Chain& chain : graph_.groups[0].chains)
            tasks.push_back(make_chain_task(source, chain, 0));
        return tasks;
    }

    World world_;
    View view_;
    Graph graph_;
};

TEST_F(Tasks, A_task_reads_as_it_was_written_and_nothing_shorter_or_longer_reads) {
    for (const ChainTask& task : tasks_of_first_group()) {
        const Bytes bytes = task.encode();
        EXPECT_EQ(must(decode_chain_task(bytes)), task);
        for (std::size_t size = 0; size < bytes.size(); size += 7)
            EXPECT_EQ(code_of(decode_chain_task(ByteView(bytes).first(size))), 70);
        Bytes longer = bytes;
        longer.push_back(0);
        EXPECT_EQ(code_of(decode_chain_task(longer)), 70);
    }
    EXPECT_FALSE(tasks_of_first_group().empty());
}

TEST_F(Tasks, A_tail_starts_from_the_slice_before_it) {
    const auto project = world_.open();
    view_ = must(project->view());
    graph_ = must(project->graph(view_));
    const TaskSource source{project->settings_text, Digest(), view_, graph_};
    const Chain& chain = graph_.groups[0].chains[0];
    ASSERT_GT(chain.slices.size(), 1u);
    const ChainTask tail = make_chain_task(source, chain, 1);
    EXPECT_EQ(tail.start, graph_.nodes[chain.slices[0]].key);
    EXPECT_FALSE(tail.fresh);
    EXPECT_EQ(tail.slices.size() + 1, chain.slices.size());
    EXPECT_EQ(make_chain_task(source, chain, 0).start, graph_.nodes[graph_.groups[0].start].key);
}

/// Keeps the digests that tasks reach.
class Listener final : public ChainHost {
public:
    Listener(Project& project, const Trainer& trainer)
        : permit_(project.permit()), start_(trainer.start_weights()),
          texts_(must(TextSource::open(project))) {}
    Result<engine::TrainState> start(std::size_t) override {
        return engine::TrainState::fresh(start_);
    }
    const Permit& permit(std::size_t) override { return permit_; }
    Result<std::vector<AuthorTexts>> texts(const ChainTask::Slice& slice) override {
        return texts_->slice(slice);
    }
    void trained(std::uint64_t) override {}
    Result<void> reached(std::size_t task, std::size_t slice,
                         const engine::TrainState& state) override {
        const std::lock_guard lock(mutex_);
        digests[{task, slice}] = state_digest(state);
        return done();
    }
    std::map<std::pair<std::size_t, std::size_t>, Digest> digests;

private:
    const Permit& permit_;
    std::vector<float> start_;
    std::unique_ptr<TextSource> texts_;
    std::mutex mutex_;
};

TEST_F(Tasks, What_was_read_from_bytes_reaches_the_states_of_the_derivation) {
    world_.derive();
    std::vector<ChainTask> sent;
    for (const ChainTask& task : tasks_of_first_group())
        sent.push_back(must(decode_chain_task(task.encode())));
    const auto project = world_.open();
    const Trainer* trainer = must(project->trainer());
    Listener listener(*project, *trainer);
    EXPECT_EQ(must(ThreadExecutor(*trainer, 3).run(sent, listener)).forbidden, 0u);
    ASSERT_FALSE(listener.digests.empty());
    for (const auto& [at, digest] : listener.digests) {
        const Key& key = sent[at.first].slices[at.second].key;
        EXPECT_EQ(must(node_row(project->db, key))->digest, digest);
    }
}

}  // namespace
}  // namespace litura::derive::testing
