#include "engine/trainer.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "engine/llama_next_token.hpp"
#include "engine/test_models.hpp"

namespace litura::engine {
namespace {

using namespace testing;

TrainSettings small_settings() {
    TrainSettings settings;
    settings.sequence = 40;
    settings.step_tokens = 90;
    settings.warmup_steps = 3;
    settings.learning_rate = 0.01f;
    settings.weight_decay = 0.1f;
    return settings;
}

/// More tokens in a step than a chunk of the canonical sum, and windows of all sorts of lengths.
struct Task {
    formats::LlamaConfig config = small_config();
    TrainSettings settings;
    std::vector<Window> windows;

    Task() {
        settings = small_settings();
        settings.sequence = 530;
        settings.step_tokens = 1100;
        windows = random_windows({530, 7, 1, 64, 311, 530, 48, 49, 90}, config.vocab, 11);
    }
    Digest run(const Kernels& kernels, int threads) const {
        ThreadPool pool(threads);
        Trainer trainer(config, settings, pool, kernels);
        TrainState state = TrainState::fresh(lively_weights(config, 1));
        EXPECT_TRUE(trainer.train(state, windows, AlwaysPermit()).ok());
        return digest_of(state.weights);
    }
};

TEST(Trainer, Every_instruction_set_and_thread_count_gives_the_same_bits) {
    const Task task;
    const Digest expected = task.run(*available_kernels().front(), 1);
    for (const Kernels* kernels : available_kernels()) {
        for (const int threads : {1, 2, 3, 7}) {
            EXPECT_EQ(task.run(*kernels, threads).hex(), expected.hex())
                << kernels->name << ", threads " << threads;
        }
    }
}

TEST(Trainer, Two_trainers_side_by_side_give_the_bits_of_one) {
    const Task task;
    const Kernels& kernels = *available_kernels().front();
    const Digest expected = task.run(kernels, 1);
    Digest first, second;
    std::thread other([&] { first = task.run(kernels, 1); });
    second = task.run(kernels, 2);
    other.join();
    EXPECT_EQ(first, expected);
    EXPECT_EQ(second, expected);
}

TEST(Trainer, A_used_trainer_gives_the_bits_of_a_new_one) {
    const Task task;
    ThreadPool pool(2);
    const Kernels& kernels = *available_kernels().front();
    Trainer trainer(task.config, task.settings, pool, kernels);
    TrainState other = TrainState::fresh(lively_weights(task.config, 2));
    ASSERT_TRUE(
        trainer.train(other, random_windows({530, 530}, task.config.vocab, 3), AlwaysPermit())
            .ok());
    TrainState state = TrainState::fresh(lively_weights(task.config, 1));
    ASSERT_TRUE(trainer.train(state, task.windows, AlwaysPermit()).ok());
    EXPECT_EQ(digest_of(state.weights), task.run(kernels, 1));
}

TEST(Trainer, Two_slices_through_one_state_are_the_same_as_their_steps_in_a_row) {
    const formats::LlamaConfig config = small_config();
    const std::vector<Window> windows = random_windows({40, 40, 40, 40}, config.vocab, 4);
    TrainSettings settings = small_settings();
    settings.step_tokens = 80;
    ThreadPool pool(1);
    Trainer trainer(config, settings, pool);
    TrainState once = TrainState::fresh(lively_weights(config, 1)), twice = once;
    ASSERT_TRUE(trainer.train(once, windows, AlwaysPermit()).ok());
    ASSERT_TRUE(trainer.train(twice, std::span(windows).first(2), AlwaysPermit()).ok());
    ASSERT_TRUE(trainer.train(twice, std::span(windows).last(2), AlwaysPermit()).ok());
    EXPECT_EQ(digest_of(once.weights), digest_of(twice.weights));
    EXPECT_EQ(digest_of(once.second_moment), digest_of(twice.second_moment));
    EXPECT_EQ(once.steps, twice.steps);
}

TEST(Trainer, Learns_what_is_repeated) {
    const formats::LlamaConfig config = small_config();
    const std::vector<Window> windows = random_windows({40, 40}, config.vocab, 4);
    ThreadPool pool(1);
    Trainer trainer(config, small_settings(), pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    const auto loss = [&] {
        LlamaNextToken next(config, state.weights, pool, {64, 128});
        return total_loss(next, windows).value();
    };
    const Loss before = loss();
    for (int round = 0; round < 60; ++round)
        ASSERT_TRUE(trainer.train(state, windows, AlwaysPermit()).ok());
    const Loss after = loss();
    EXPECT_EQ(before.targets, 80u);
    EXPECT_LT(after.sum, before.sum / 4);
}

TEST(Trainer, A_refused_permit_changes_nothing) {
    class Stopped : public Permit {
    public:
        Result<void> check(Operation) const override {
            return Error{Code::forbidden, "stopped by an order", "", ""};
        }
    };
    const formats::LlamaConfig config = small_config();
    const std::vector<Window> windows = random_windows({40}, config.vocab, 4);
    ThreadPool pool(1);
    Trainer trainer(config, small_settings(), pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    const Digest before = digest_of(state.weights);
    const auto trained = trainer.train(state, windows, Stopped());
    ASSERT_FALSE(trained.ok());
    EXPECT_EQ(trained.error().code, Code::forbidden);
    EXPECT_EQ(digest_of(state.weights), before);
    EXPECT_EQ(state.steps, 0u);
}

TEST(Trainer, Weights_that_are_not_finite_fail_the_node) {
    const formats::LlamaConfig config = small_config();
    const std::vector<Window> windows = random_windows({40}, config.vocab, 4);
    ThreadPool pool(1);
    Trainer trainer(config, small_settings(), pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    state.weights[trainer.layout().tensor("model.norm.weight").offset] =
        std::numeric_limits<float>::infinity();
    EXPECT_FALSE(trainer.train(state, windows, AlwaysPermit()).ok());
}

TEST(Trainer, A_token_outside_the_vocabulary_is_refused) {
    const formats::LlamaConfig config = small_config();
    ThreadPool pool(1);
    Trainer trainer(config, small_settings(), pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    const std::vector<Window> windows = {{{1, 2, config.vocab}}};
    EXPECT_EQ(trainer.train(state, windows, AlwaysPermit()).error().code, Code::bad_input);
}

TEST(Trainer, The_rate_rises_over_the_warm_up_and_then_stays) {
    ThreadPool pool(1);
    const TrainSettings settings = small_settings();
    Trainer trainer(small_config(), settings, pool);
    EXPECT_EQ(trainer.learning_rate_after(0), settings.learning_rate * (1.0f / 3.0f));
    EXPECT_EQ(trainer.learning_rate_after(1), settings.learning_rate * (2.0f / 3.0f));
    EXPECT_EQ(trainer.learning_rate_after(2), settings.learning_rate);
    EXPECT_EQ(trainer.learning_rate_after(1000), settings.learning_rate);
}

TEST(Window, Packing_counts_every_target_once_and_ends_with_the_separator) {
    const std::vector<std::vector<std::uint32_t>> texts = {{1, 2, 3}, {}, {4}, {5, 6}};
    const std::vector<Window> windows = pack(texts, 0, 4);
    // The stream is 0 1 2 3 0 4 0 5 6 0.
    ASSERT_EQ(windows.size(), 3u);
    EXPECT_EQ(windows[0].tokens, (std::vector<std::uint32_t>{0, 1, 2, 3, 0}));
    EXPECT_EQ(windows[1].tokens, (std::vector<std::uint32_t>{0, 4, 0, 5, 6}));
    EXPECT_EQ(windows[2].tokens, (std::vector<std::uint32_t>{6, 0}));
    EXPECT_TRUE(pack({}, 0, 4).empty());
}

TEST(Window, A_step_takes_whole_windows_up_to_its_tokens_and_at_least_one) {
    const std::vector<Window> windows = random_windows({10, 10, 5, 5, 30}, 9, 1);
    EXPECT_EQ(windows_in_step(windows, 25), 3u);
    EXPECT_EQ(windows_in_step(windows, 24), 2u);
    EXPECT_EQ(windows_in_step(windows, 5), 1u);
    EXPECT_EQ(windows_in_step({}, 5), 0u);
}

}  // namespace
}  // namespace litura::engine
