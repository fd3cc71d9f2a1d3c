// Training of one slice: optimizer steps over windows in their order, by the canonical arithmetic.
// The bits of the resulting state are a function of (config, settings, state, windows), and of
// nothing else. A Trainer belongs to one thread; several trainers with a pool each work side by
// side.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "base/permit.hpp"
#include "base/threads.hpp"
#include "engine/network.hpp"
#include "engine/optimizer.hpp"
#include "engine/window.hpp"

namespace litura::engine {

struct TrainSettings {
    std::uint32_t sequence = 256;      ///< inputs of a window
    std::uint32_t step_tokens = 2048;  ///< targets of an optimizer step, at most
    std::uint32_t warmup_steps =
        0;  ///< from the state's first step: the rate rises linearly, then stays
    float learning_rate = 0.0f;
    float beta1 = 0.9f, beta2 = 0.95f, epsilon = 1e-8f;
    float weight_decay = 0.0f;  ///< reaches matrices only
    float clip_norm = 1.0f;
    TrainMethod method;
};

class Trainer {
public:
    /// Allocates all memory. LITURA_SIMD must be unset or sound (choose_kernels()). With LoRA
    /// `frozen` are the base's weights, which outlive the trainer, and a state's weights are the
    /// adapter's B.
    Trainer(const formats::LlamaConfig& config, const TrainSettings& settings, ThreadPool& pool,
            std::span<const float> frozen = {});
    Trainer(const formats::LlamaConfig& config, const TrainSettings& settings, ThreadPool& pool,
            const Kernels& kernels, std::span<const float> frozen = {});

    /// One optimizer step over all of `windows` (at most step_tokens targets together); the mean
    /// loss in nats. An error leaves `state` as it was.
    Result<double> step(TrainState& state, std::span<const Window> windows, float learning_rate,
                        const Permit& permit);

    /// One pass over a slice, grouped into steps by windows_in_step(); returns the targets trained
    /// on. `progress` is called after every step with its targets. Weights that are not finite are
    /// an error.
    Result<std::uint64_t> train(TrainState& state, std::span<const Window> windows,
                                const Permit& permit,
                                const std::function<void(std::uint64_t)>& progress = {});

    /// Of a state's weights.
    const Layout& layout() const { return network_.trained(); }
    /// The rate of the step after `steps` steps, warm-up included.
    float learning_rate_after(std::uint64_t steps) const;

private:
    TrainSettings settings_;
    std::span<const float> frozen_;
    Network network_;
    AdamW optimizer_;
    Buffer gradient_;
};

}  // namespace litura::engine
