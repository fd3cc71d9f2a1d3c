// Tokens per second of an optimizer step on random tokens, the median over several steps.
//   train_step --dim 256 --layers 4 --heads 4 --kv-heads 2 --hidden 704 --vocab 4096 --batch 8
//   --seq 256 --threads 2
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "engine/philox.hpp"
#include "engine/random_weights.hpp"
#include "engine/trainer.hpp"

namespace {

using namespace litura;
using namespace litura::engine;

class AlwaysPermit : public Permit {
public:
    Result<void> check(Act) const override { return done(); }
};

std::vector<Window> random_windows(std::uint32_t count, std::uint32_t sequence,
                                   std::uint32_t vocab) {
    std::vector<Window> windows(count);
    for (std::uint32_t w = 0; w < count; ++w) {
        for (std::uint32_t i = 0; i <= sequence; ++i)
            windows[w].tokens.push_back(philox({i, w, 0, 0}, {7, 7})[0] % vocab);
    }
    return windows;
}

}  // namespace

int main(int argc, char** argv) {
    std::map<std::string, std::uint32_t> option = {
        {"--dim", 256},    {"--layers", 4}, {"--heads", 4}, {"--kv-heads", 2}, {"--hidden", 704},
        {"--vocab", 4096}, {"--batch", 8},  {"--seq", 256}, {"--threads", 2},  {"--steps", 9}};
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc || !option.contains(argv[i])) {
            std::fprintf(stderr, "train_step: unknown or incomplete option %s\n", argv[i]);
            return 2;
        }
        option[argv[i]] = static_cast<std::uint32_t>(std::strtoul(argv[i + 1], nullptr, 10));
    }
    formats::LlamaConfig config;
    config.vocab = option["--vocab"];
    config.dim = option["--dim"];
    config.layers = option["--layers"];
    config.heads = option["--heads"];
    config.kv_heads = option["--kv-heads"];
    config.head_dim = config.dim / config.heads;
    config.hidden = option["--hidden"];
    config.context = option["--seq"];

    TrainSettings settings;
    settings.sequence = option["--seq"];
    settings.step_tokens = option["--batch"] * option["--seq"];
    ThreadPool pool(static_cast<int>(option["--threads"]));
    Trainer trainer(config, settings, pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    const std::vector<Window> windows =
        random_windows(option["--batch"], settings.sequence, config.vocab);
    const AlwaysPermit permit;

    std::vector<double> milliseconds;
    for (std::uint32_t step = 0; step < option["--steps"]; ++step) {
        const auto start = std::chrono::steady_clock::now();
        const Result<double> loss = trainer.step(state, windows, 1e-3f, permit);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        if (!loss.ok()) {
            std::fprintf(stderr, "train_step: %s\n", loss.error().message.c_str());
            return 1;
        }
        milliseconds.push_back(took.count());
        std::printf("step %u: %.1f ms, loss %.4f\n", step, took.count(), loss.value());
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    const double median = milliseconds[milliseconds.size() / 2];
    std::printf(
        "kernels %s, %zu parameters, %.1f ms a step (best %.1f), %.0f tokens/s (best %.0f)\n",
        std::string(choose_kernels().value()->name).c_str(), state.weights.size(), median,
        milliseconds.front(), settings.step_tokens / median * 1e3,
        settings.step_tokens / milliseconds.front() * 1e3);
    return 0;
}
