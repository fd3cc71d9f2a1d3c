// How much memory training takes, from the sizes alone: docs/performance.md has the formula in
// words. What a trainer allocates it allocates in its constructor, so this is the peak too.
#pragma once

#include <cstdint>

#include "engine/trainer.hpp"

namespace litura::engine {

struct TrainingMemory {
    std::uint64_t parameters =
        0;  ///< weights, what is trained, its moments and gradient; with LoRA every A
    std::uint64_t activations = 0;  ///< of the tokens of one step, forward and backward
    std::uint64_t products = 0;     ///< packed operands and every thread's scratch

    std::uint64_t bytes() const { return parameters + activations + products; }
};

/// Bytes of one Trainer and its TrainState. Chains that run side by side share the frozen weights
/// of LoRA only.
TrainingMemory training_memory(const formats::LlamaConfig& config, const TrainSettings& settings,
                               int threads);

}  // namespace litura::engine
