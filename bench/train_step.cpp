// Milliseconds of an optimizer step on random tokens.
//
//   train_step [--dim 288] [--layers 6] [--heads 6] [--kv-heads HEADS] [--hidden FROM-DIM]
//              [--vocab 4096] [--batch 16] [--seq 256] [--threads 2] [--steps 9]
//              [--update full|lora:RANK] [--recompute] [--start FOLDER] [--json] [--paced]
//
// --start writes the first weights (weights.f32, in the order of Layout) and the tokens
// (tokens.u32) into FOLDER, so that another program can train from the same start. --paced takes a
// step for every line of standard input and answers with one line of JSON, so two programs can take
// turns; bench/peers/run uses both.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "engine/memory.hpp"
#include "engine/philox.hpp"
#include "engine/random_weights.hpp"
#include "engine/trainer.hpp"

namespace {

using namespace litura;
using namespace litura::engine;

class AlwaysPermit : public Permit {
public:
    Result<void> check(Operation) const override { return done(); }
};

struct Options {
    std::map<std::string, std::uint32_t> number = {
        {"--dim", 288},    {"--layers", 6}, {"--heads", 6}, {"--kv-heads", 0}, {"--hidden", 0},
        {"--vocab", 4096}, {"--batch", 16}, {"--seq", 256}, {"--threads", 2},  {"--steps", 9}};
    std::string start, update = "full";
    bool json = false, paced = false, recompute = false;

    bool parse(int argc, char** argv) {
        for (int i = 1; i < argc; ++i) {
            const std::string name = argv[i];
            if (name == "--json")
                json = true;
            else if (name == "--paced")
                paced = true;
            else if (name == "--recompute")
                recompute = true;
            else if (i + 1 == argc)
                return false;
            else if (name == "--start")
                start = argv[++i];
            else if (name == "--update")
                update = argv[++i];
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
    settings.method.recompute = options.recompute;
    if (options.update.starts_with("lora:")) {
        const auto rank = static_cast<std::uint32_t>(std::stoul(options.update.substr(5)));
        settings.method.lora = {.rank = rank, .alpha = 2.0f * static_cast<float>(rank), .seed = 1};
    }
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

/// Bytes of memory that the process had at once, at most.
std::uint64_t peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
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
    const std::vector<float> weights = random_weights(config, 1);
    if (!options.start.empty()) {
        append(options.start + "/weights.f32", weights);
        for (const Window& window : windows) append(options.start + "/tokens.u32", window.tokens);
    }
    Trainer trainer(config, settings, pool, weights);
    const bool lora = settings.method.lora.on();
    TrainState state =
        TrainState::fresh(lora ? std::vector<float>(trainer.layout().count()) : weights);
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
    const double tokens_per_s = settings.step_tokens / median * 1e3;
    if (!options.json) {
        std::printf("%.0f tokens/s, %.1f ms a step (best %.1f), loss %.6f, %zu parameters\n",
                    tokens_per_s, median, milliseconds.front(), loss, weights.size());
        return 0;
    }
    const std::uint64_t spare =
        lora ? 0 : weights.size() * sizeof(float);  // kept by this program only
    const auto by_formula =
        training_memory(config, settings, static_cast<int>(options.number["--threads"])).bytes();
    std::printf(
        "{\"tokens_per_s\": %.0f, \"ms_step\": %.1f, \"best_ms_step\": %.1f, \"loss\": %.6f, "
        "\"parameters\": %zu, \"memory_by_formula\": %llu, \"memory_peak\": %llu}\n",
        tokens_per_s, median, milliseconds.front(), loss, weights.size(),
        static_cast<unsigned long long>(by_formula),
        static_cast<unsigned long long>(peak_memory() - spare));
    return 0;
}
