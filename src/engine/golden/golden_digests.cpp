// Prints the digests that tests/golden/engine.txt holds: "name sha256" a line. They may change only
// with a reason, for they change the bits of every model. Runs with base, formats and engine alone,
// so that it can be cross-compiled; the kernels are those LITURA_SIMD names, or the fastest.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/canonical_math.hpp"
#include "engine/decoder.hpp"
#include "engine/merge.hpp"
#include "engine/test_models.hpp"
#include "engine/trainer.hpp"

namespace {

using namespace litura;
using namespace litura::engine;
using namespace litura::engine::testing;

void print(const std::string& name, const Digest& digest) {
    std::printf("%s %s\n", name.c_str(), digest.hex().c_str());
}

std::vector<float> uniform(std::size_t count, std::uint32_t purpose, float scale) {
    std::vector<float> values(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t word = philox({i, purpose, 0, 0}, {1, 2})[0];
        values[i] = (static_cast<float>(word >> 8) - 0x1p23f) * (scale * 0x1p-23f);
    }
    return values;
}

void print_functions(const Kernels& kernels) {
    const std::vector<float> x = uniform(1 << 16, 1, 90.0f);
    std::vector<float> y(x.size());
    kernels.exp(x.data(), y.data(), x.size());
    print("exp", digest_of(y));
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = canonical_log(1.0f + x[i] * x[i]);
    print("log", digest_of(y));
    formats::LlamaConfig heads;
    heads.head_dim = 64;
    const RotaryTable table(heads, 1024);
    print("rotary-cosine", digest_of({table.cosine.data(), 1024 * 32}));
    print("rotary-sine", digest_of({table.sine.data(), 1024 * 32}));
}

void print_product(const Kernels& kernels) {
    constexpr std::size_t kRows = 77, kColumns = 131, kDepth = 1201;
    const std::vector<float> a = uniform(kRows * kDepth, 2, 1.0f),
                             b = uniform(kDepth * kColumns, 3, 1.0f);
    std::vector<float> c(kRows * kColumns);
    ThreadPool pool(1);
    const Team team(pool);
    Products products(kernels, team);
    PackedRight packed;
    products.pack({b.data(), kColumns, 1}, kDepth, kColumns, packed);
    products.multiply({a.data(), kDepth, 1}, kRows, packed, c.data(), kColumns);
    print("product", digest_of(c));
}

bool print_training(const Kernels& kernels, bool tied) {
    const formats::LlamaConfig config = small_config(tied);
    const std::string name = tied ? "tied" : "untied";
    TrainSettings settings;
    settings.sequence = 520;
    settings.step_tokens = 1100;
    settings.warmup_steps = 3;
    settings.learning_rate = 0.01f;
    settings.weight_decay = 0.1f;
    ThreadPool pool(1);
    Trainer trainer(config, settings, pool, kernels);
    TrainState state = TrainState::fresh(random_weights(config, 1));
    print("random-weights-" + name, digest_of(state.weights));
    const std::vector<float> start = state.weights;
    const std::vector<Window> windows =
        random_windows({520, 7, 1, 64, 311, 520, 48, 520, 520}, config.vocab, 11);
    if (!trainer.train(state, windows, AlwaysPermit()).ok()) return false;
    print("weights-" + name, digest_of(state.weights));
    print("first-moment-" + name, digest_of(state.first_moment));
    print("second-moment-" + name, digest_of(state.second_moment));

    Merge merge(start);
    if (!merge.add(state.weights, 3).ok() || !merge.add(uniform(start.size(), 4, 1.0f), 5).ok())
        return false;
    print("merge-" + name, digest_of(merge.finish()));

    Decoder decoder(std::make_shared<PackedWeights>(config, state.weights), config.context);
    std::vector<float> logits;
    for (const std::uint32_t token : {1u, 5u, 9u, 2u}) {
        decoder.read(token);
        const std::span<const float> now = decoder.logits();
        logits.insert(logits.end(), now.begin(), now.end());
    }
    print("logits-" + name, digest_of(logits));
    return true;
}

}  // namespace

int main() {
    const Result<const Kernels*> kernels = choose_kernels();
    if (!kernels.ok()) {
        std::fprintf(stderr, "golden_digests: %s\n", kernels.error().message.c_str());
        return 2;
    }
    std::printf("profile %s\n", std::string(kProfile).c_str());
    print_functions(*kernels.value());
    print_product(*kernels.value());
    if (print_training(*kernels.value(), true) && print_training(*kernels.value(), false)) return 0;
    std::fprintf(stderr, "golden_digests: training failed\n");
    return 1;
}
