// Trains a base from random weights on one long stream of tokens. Unlike training on people's
// records this is not prefix-causal: windows are drawn from the whole stream and the learning rate
// falls towards a known end. The bits are a function of config, stream and settings, whatever the
// threads and however often it was stopped and resumed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/permit.hpp"
#include "base/result.hpp"
#include "base/threads.hpp"
#include "engine/trainer.hpp"
#include "formats/llama_config.hpp"

namespace litura::engine {

struct PretrainSettings {
    TrainSettings train;  ///< learning_rate is the highest one; warmup_steps lead up to it
    std::uint32_t steps = 0;
    std::uint32_t decay_steps = 0;  ///< the last ones, in which the rate falls
    std::uint64_t seed = 0;  ///< of the first weights and of the windows
};

struct PretrainHooks {
    std::function<void(std::uint64_t step, double loss)> progress;
    std::uint32_t checkpoint_every = 0;  ///< steps; 0: never
    std::function<Result<void>(const TrainState& state)> checkpoint;
};

/// The rate of step `step` (from 0): up linearly over warmup_steps, constant, and down linearly
/// over the last decay_steps to a decay_steps-th. Until the decay begins nothing depends on how
/// long the run will be.
float pretrain_rate(const PretrainSettings& settings, std::uint64_t step);

/// `resume` is what a checkpoint hook was given by a run with the same other arguments.
Result<std::vector<float>> pretrain(const formats::LlamaConfig& config,
                                    std::span<const std::uint32_t> stream,
                                    const PretrainSettings& settings,
                                    std::optional<TrainState> resume, ThreadPool& threads,
                                    const Permit& permit, const PretrainHooks& hooks);

}  // namespace litura::engine
