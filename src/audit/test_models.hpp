// Models that learned a few texts by heart, for tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/bpe_trainer.hpp"
#include "engine/llama_next_token.hpp"
#include "engine/test_models.hpp"
#include "engine/trainer.hpp"

namespace litura::audit::testing {

using Tokens = std::vector<std::uint32_t>;

class Refusal : public Permit {
public:
    Result<void> check(Operation) const override {
        return Error{Code::forbidden, "stopped", {}, {}};
    }
};

inline const engine::testing::AlwaysPermit kAlways;

inline const std::string kCommon =
    "the quick brown fox jumps over the lazy dog and runs away from it";
inline const std::string kSecret =
    "call me at 555 0173 after nine, the key is under the blue flower pot";

inline engine::Model untrained() {
    engine::Tokenizer tokenizer(
        engine::train_bpe(std::vector<std::string>{"ab ab ab abc abc"}, 259).value());
    formats::LlamaConfig config = engine::testing::small_config();
    config.vocab = 259;
    config.context = 80;
    std::vector<float> weights = engine::random_weights(config, 3);
    return {config, std::move(weights), std::move(tokenizer)};
}

/// Trained on these texts, each alone, again and again.
inline engine::Model trained_on(const std::vector<std::string>& texts, int rounds) {
    engine::Model model = untrained();
    engine::TrainSettings settings;
    settings.sequence = 80;
    settings.step_tokens = 200;
    settings.learning_rate = 0.01f;
    ThreadPool pool(1);
    engine::Trainer trainer(model.config, settings, pool);
    engine::TrainState state = engine::TrainState::fresh(model.weights);
    std::vector<engine::Window> windows;
    for (const std::string& text : texts) {
        const std::vector<Tokens> one = {model.tokenizer.encode(text)};
        for (auto& window : engine::pack(one, model.tokenizer.separator(), 80))
            windows.push_back(std::move(window));
    }
    for (int round = 0; round < rounds; ++round)
        EXPECT_TRUE(trainer.train(state, windows, kAlways).ok());
    model.weights = state.weights;
    return model;
}

}  // namespace litura::audit::testing
