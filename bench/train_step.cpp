// Milliseconds of an optimizer step on random tokens.
//
//   train_step [--dim 288] [--layers 6] [--heads 6] [--kv-heads HEADS] [--hidden FROM-DIM] [--vocab
//   4096]
//              [--batch 16] [--seq 256] [--threads 2] [--steps 9] [--start FOLDER] [--json]
//              [--paced]
//
// --start writes the first weights (weights.f32, in the order of Layout) and the tokens
// (tokens.u32) into FOLDER, so that another program can train from the same start: bench/peers/run
// does. --paced takes a step for every line of standard input and answers with one line of JSON; so
// two programs take turns.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
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

struct Options {
    std::map<std::string, std::uint32_t> number = {
        {"--dim", 288},    {"--layers", 6}, {"--heads", 6}, {"--kv-heads", 0}, {"--hidden", 0},
        {"--vocab", 4096}, {"--batch", 16}, {"--seq", 256}, {"--threads", 2},  {"--steps", 9}};
    std::string start;
    bool json = false, paced = false;

    bool parse(int argc, char** argv) {
        for (int i = 1; i < argc; ++i) {
            const std::string name = argv[i];
            if (name == "--json")
                json = true;
            else if (name == "--paced")
                paced = true;
            else if (i + 1 == argc)
                return false;
            else if (name == "--start")
                start = argv[++i];
            else if (!number.contains(name))
                return false;
            else
                number[name] = static_cast<std::uint32_t>(std::stoul(argv[++i]));
        }
        if (number["--kv-heads"] == 0) number["--kv-heads"] = number["--heads"];
        if (number["--hidden"] == 0) number["--hidden"] = (8 * number["--dim"] / 3 + 31) / 32 * 32;
        return true;
    }
};

formats::LlamaConfig config_of(Options& options) {
    formats::LlamaConfig config;
    config.vocab = options.number["--vocab"];
    config.dim = options.number["--dim"];
    config.layers = options.number["--layers"];
    config.heads = options.number["--heads"];
    config.kv_heads = options.number["--kv-heads"];
    config.head_dim = config.dim / config.heads;
    config.hidden = options.number["--hidden"];
    config.context = options.number["--seq"];
    return config;
}

/// Nothing is clipped, so that a peer without clipping takes the same steps.
TrainSettings settings_of(Options& options) {
    TrainSettings settings;
    settings.sequence = options.number["--seq"];
    settings.step_tokens = options.number["--batch"] * options.number["--seq"];
    settings.learning_rate = 3e-4f;
    settings.weight_decay = 0.1f;
    settings.clip_norm = std::numeric_limits<float>::infinity();
    return settings;
}

std::vector<Window> random_windows(std::uint32_t count, std::uint32_t sequence,
                                   std::uint32_t vocab) {
    std::vector<Window> windows(count);
    for (std::uint32_t w = 0; w < count; ++w) {
        for (std::uint32_t i = 0; i <= sequence; ++i)
            windows[w].tokens.push_back(philox({i, w, 0, 0}, {7, 7})[0] % vocab);
    }
    return windows;
}

template <typename Value>
void append(const std::string& path, const std::vector<Value>& values) {
    std::ofstream(path, std::ios::binary | std::ios::app)
        .write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(Value)));
}

struct Measured {
    double milliseconds, loss;
};

Measured measure(Trainer& trainer, TrainState& state, const std::vector<Window>& windows,
                 float learning_rate) {
    const auto start = std::chrono::steady_clock::now();
    const Result<double> loss = trainer.step(state, windows, learning_rate, AlwaysPermit());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    CHECK(loss.ok());
    return {took.count(), loss.value()};
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!options.parse(argc, argv)) {
        std::cerr << "train_step: unknown or incomplete option; see the head of train_step.cpp\n";
        return 2;
    }
    const formats::LlamaConfig config = config_of(options);
    const TrainSettings settings = settings_of(options);
    const std::vector<Window> windows =
        random_windows(options.number["--batch"], settings.sequence, config.vocab);
    ThreadPool pool(static_cast<int>(options.number["--threads"]));
    Trainer trainer(config, settings, pool);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    if (!options.start.empty()) {
        append(options.start + "/weights.f32", state.weights);
        for (const Window& window : windows) append(options.start + "/tokens.u32", window.tokens);
    }
    if (options.paced) {
        for (std::string line; std::getline(std::cin, line);) {
            const Measured step = measure(trainer, state, windows, settings.learning_rate);
            std::printf("{\"ms_step\": %.3f, \"loss\": %.6f}\n", step.milliseconds, step.loss);
            std::fflush(stdout);
        }
        return 0;
    }
    std::vector<double> milliseconds;
    double loss = 0.0;
    for (std::uint32_t i = 0; i < options.number["--steps"]; ++i) {
        const Measured step = measure(trainer, state, windows, settings.learning_rate);
        milliseconds.push_back(step.milliseconds);
        loss = step.loss;
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    const double median = milliseconds[milliseconds.size() / 2];
    std::printf(
        options.json
            ? "{\"tokens_per_s\": %.0f, \"ms_step\": %.1f, \"best_ms_step\": %.1f, \"loss\": "
              "%.6f, \"parameters\": %zu}\n"
            : "%.0f tokens/s, %.1f ms a step (best %.1f), loss %.6f, %zu parameters\n",
        settings.step_tokens / median * 1e3, median, milliseconds.front(), loss,
        state.weights.size());
    return 0;
}
