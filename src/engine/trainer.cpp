#include "engine/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "engine/float_environment.hpp"

namespace litura::engine {
Trainer::Trainer(const formats::LlamaConfig& config, const TrainSettings& settings,
                 ThreadPool& pool, std::span<const float> frozen)
    : Trainer(config, settings, pool, chosen_kernels(), frozen) {}

Trainer::Trainer(const formats::LlamaConfig& config, const TrainSettings& settings,
                 ThreadPool& pool, const Kernels& kernels, std::span<const float> frozen)
    : settings_(settings), frozen_(frozen),
      network_(config, std::max(settings.step_tokens, settings.sequence), settings.sequence,
               kernels, pool, settings.method),
      optimizer_(network_.trained(),
                 {settings.beta1, settings.beta2, settings.epsilon, settings.weight_decay,
                  settings.clip_norm},
                 kernels, network_.team()),
      gradient_(network_.trained().count()) {}

float Trainer::learning_rate_after(std::uint64_t steps) const {
    if (steps >= settings_.warmup_steps) return settings_.learning_rate;
    return settings_.learning_rate *
           (static_cast<float>(steps + 1) / static_cast<float>(settings_.warmup_steps));
}

Result<double> Trainer::step(TrainState& state, std::span<const Window> windows,
                             float learning_rate, const Permit& permit) {
    TRY(permit.check(Operation::step));
    TRY(network_.load(windows));
    const std::span<float> gradient(gradient_.data(), network_.trained().count());
    const double sum = settings_.method.lora.on()
                           ? network_.loss_and_gradient(frozen_, gradient, state.weights)
                           : network_.loss_and_gradient(state.weights, gradient);
    const double mean = sum / static_cast<double>(network_.targets());
    const float norm = optimizer_.norm(gradient);
    if (!std::isfinite(norm) || !std::isfinite(mean)) {
        return Error{Code::bad_input, "training went astray: the gradient is not finite",
                     "optimizer step", "lower the learning rate in litura.toml"};
    }
    optimizer_.step(state, gradient, norm, learning_rate);
    return mean;
}

Result<std::uint64_t> Trainer::train(TrainState& state, std::span<const Window> windows,
                                     const Permit& permit,
                                     const std::function<void(std::uint64_t)>& progress) {
    TRY(check_float_environment(network_.team()));
    std::uint64_t targets = 0;
    while (!windows.empty()) {
        const std::span<const Window> now =
            windows.first(windows_in_step(windows, settings_.step_tokens));
        TRY(step(state, now, learning_rate_after(state.steps), permit));
        targets += network_.targets();
        if (progress) progress(network_.targets());
        windows = windows.subspan(now.size());
    }
    TRY(check_float_environment(network_.team()));
    TRY(check_finite(state.weights));
    return targets;
}

}  // namespace litura::engine
