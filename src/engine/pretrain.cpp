#include "engine/pretrain.hpp"

#include "engine/philox.hpp"
#include "engine/random_weights.hpp"

namespace litura::engine {
namespace {

/// Where window `index` of step `step` starts: below `count`, by the upper half of a 128-bit
/// product.
std::uint64_t window_start(std::uint64_t seed, std::uint64_t step, std::uint32_t index,
                           std::uint64_t count) {
    const PhiloxKey key = {static_cast<std::uint32_t>(seed),
                           static_cast<std::uint32_t>(seed >> 32)};
    const PhiloxBlock drawn = philox(
        {static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32), index, 0}, key);
    const std::uint64_t number = (static_cast<std::uint64_t>(drawn[1]) << 32) | drawn[0];
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(number) * count) >> 64);
}

std::vector<Window> draw_windows(std::span<const std::uint32_t> stream,
                                 const PretrainSettings& settings, std::uint64_t step) {
    const std::uint32_t sequence = settings.train.sequence;
    std::vector<Window> windows(settings.train.step_tokens / sequence);
    for (std::uint32_t index = 0; index < windows.size(); ++index) {
        const std::uint64_t start =
            window_start(settings.seed, step, index, stream.size() - sequence);
        const auto tokens = stream.subspan(start, sequence + 1);
        windows[index].tokens.assign(tokens.begin(), tokens.end());
    }
    return windows;
}

Result<void> check(std::span<const std::uint32_t> stream, const PretrainSettings& settings) {
    const TrainSettings& train = settings.train;
    if (train.sequence == 0 || train.step_tokens == 0 || train.step_tokens % train.sequence != 0) {
        return Error{Code::bad_input, "step_tokens must be a multiple of sequence", "train", {}};
    }
    const std::uint64_t shaped = std::uint64_t{train.warmup_steps} + settings.decay_steps;
    if (settings.steps < shaped) {
        return Error{Code::bad_input, "steps must hold warmup_steps and decay_steps", "train", {}};
    }
    if (stream.size() <= train.sequence) {
        return Error{Code::bad_input, "the text is shorter than one window", {}, "give more text"};
    }
    return done();
}

}  // namespace

float pretrain_rate(const PretrainSettings& settings, std::uint64_t step) {
    const float top = settings.train.learning_rate;
    const std::uint64_t warmup = settings.train.warmup_steps;
    const std::uint64_t left = settings.steps - step;
    if (step < warmup) return top * (static_cast<float>(step + 1) / static_cast<float>(warmup));
    if (left > settings.decay_steps) return top;
    return top * (static_cast<float>(left) / static_cast<float>(settings.decay_steps));
}

Result<std::vector<float>> pretrain(const formats::LlamaConfig& config,
                                    std::span<const std::uint32_t> stream,
                                    const PretrainSettings& settings,
                                    std::optional<TrainState> resume, ThreadPool& threads,
                                    const Permit& permit, const PretrainHooks& hooks) {
    TRY(check(stream, settings));
    TrainState state = resume ? std::move(*resume)
                              : TrainState::fresh(random_weights(config, settings.seed));
    Trainer trainer(config, settings.train, threads);
    while (state.steps < settings.steps) {
        const std::uint64_t step = state.steps;
        const std::vector<Window> windows = draw_windows(stream, settings, step);
        const double loss =
            TRY(trainer.step(state, windows, pretrain_rate(settings, step), permit));
        if (hooks.progress) hooks.progress(step, loss);
        const bool due = hooks.checkpoint_every != 0 && state.steps % hooks.checkpoint_every == 0;
        if (due && state.steps < settings.steps) TRY(hooks.checkpoint(state));
    }
    return std::move(state.weights);
}

}  // namespace litura::engine
