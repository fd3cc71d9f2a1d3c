// Adapters against the plain loops, against full gradients, and merged into weights.
#include "engine/lora.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/plain_network.hpp"
#include "engine/test_models.hpp"
#include "engine/trainer.hpp"

namespace litura::engine {
namespace {

using namespace testing;

constexpr LoraSettings kRankThree{.rank = 3, .alpha = 6.0f, .seed = 11};

/// An adapter that has learned something.
std::vector<float> lively_adapter(const Lora& lora) {
    std::vector<float> b(lora.trained().count());
    fill_nearly_normal(b, 5, "b", 0.3f);
    return b;
}

TEST(Lora, Gradients_equal_the_plain_loops_on_every_instruction_set) {
    formats::LlamaConfig config = small_config();
    config.context = 600;
    const Lora lora(config, kRankThree);
    const std::vector<float> b = lively_adapter(lora), weights = lively_weights(config, 9);
    const std::vector<Window> windows = random_windows({1, 300, 530, 17}, config.vocab, 8);
    const Layout layout(config);
    plain::Network plain(config, layout, weights, windows, &lora, b);
    const std::vector<float>& expected = plain.gradient();
    for (const Kernels* kernels : available_kernels()) {
        ThreadPool pool(2);
        Network network(config, 900, 600, *kernels, pool, {.lora = kRankThree});
        std::vector<float> gradient(b.size(), 7.0f);
        ASSERT_TRUE(network.load(windows).ok());
        network.loss_and_gradient(weights, gradient, b);
        EXPECT_EQ(digest_of(gradient), digest_of(expected)) << kernels->name;
    }
}

/// dB = scale * dW * A^T, where dW is the gradient at the merged weights.
TEST(Lora, Gradients_are_those_of_the_merged_weights_seen_through_A) {
    const formats::LlamaConfig config = small_config();
    const Lora lora(config, kRankThree);
    const std::vector<float> b = lively_adapter(lora), weights = lively_weights(config, 9);
    const std::vector<float> merged = lora.merged(weights, b);
    const std::vector<Window> windows = random_windows({40, 22}, config.vocab, 8);
    ThreadPool pool(2);
    const Kernels& kernels = *available_kernels().front();
    Network full(config, 64, 64, kernels, pool);
    Network adapted(config, 64, 64, kernels, pool, {.lora = kRankThree});
    ASSERT_TRUE(full.load(windows).ok() && adapted.load(windows).ok());
    std::vector<float> dw(merged.size()), db(b.size());
    const double loss = full.loss_and_gradient(merged, dw);
    EXPECT_NEAR(adapted.loss_and_gradient(weights, db, b), loss, 1e-4 * loss);
    for (const TensorSpec& tensor : full.layout().tensors()) {
        if (!is_adapted(tensor.name)) continue;
        const TensorSpec& to = lora.trained().tensor(Lora::name_of_b(tensor.name));
        const float* a =
            lora.a().data() + lora.frozen().tensor(Lora::name_of_a(tensor.name)).offset;
        const std::size_t inputs = tensor.shape[1];
        double largest = 0.0, worst = 0.0;
        for (std::size_t o = 0; o < tensor.shape[0]; ++o) {
            for (std::size_t r = 0; r < 3; ++r) {
                double sum = 0.0;
                for (std::size_t i = 0; i < inputs; ++i)
                    sum += double{dw[tensor.offset + o * inputs + i]} * double{a[r * inputs + i]};
                sum *= double{lora.scale()};
                largest = std::max(largest, std::abs(sum));
                worst = std::max(worst, std::abs(sum - double{db[to.offset + o * 3 + r]}));
            }
        }
        EXPECT_GT(largest, 0.0) << tensor.name;
        EXPECT_LT(worst, 1e-4 * largest) << tensor.name;
    }
}

TEST(Lora, An_untrained_adapter_leaves_every_bit_of_the_weights) {
    const formats::LlamaConfig config = small_config(false);
    const Lora lora(config, kRankThree);
    std::vector<float> weights = lively_weights(config, 2);
    weights[Layout(config).tensor("model.layers.0.mlp.up_proj.weight").offset] = -0.0f;
    EXPECT_EQ(digest_of(lora.merged(weights, std::vector<float>(lora.trained().count()))),
              digest_of(weights));
}

TEST(Lora, Seed_and_name_decide_A_and_nothing_else) {
    const formats::LlamaConfig config = small_config();
    LoraSettings other_seed = kRankThree;
    other_seed.seed = 12;
    LoraSettings other_alpha = kRankThree;
    other_alpha.alpha = 1.0f;
    const Lora lora(config, kRankThree);
    EXPECT_EQ(lora.a(), Lora(config, other_alpha).a());
    EXPECT_NE(lora.a(), Lora(config, other_seed).a());
}

TEST(Lora, Training_moves_only_the_adapter_and_lowers_the_loss) {
    const formats::LlamaConfig config = small_config();
    const std::vector<float> weights = lively_weights(config, 9);
    const std::vector<Window> windows = random_windows({60, 50}, config.vocab, 3);
    TrainSettings settings;
    settings.sequence = 64;
    settings.step_tokens = 128;
    settings.method.lora = kRankThree;
    ThreadPool pool(2);
    Trainer trainer(config, settings, pool, weights);
    TrainState state = TrainState::fresh(std::vector<float>(trainer.layout().count()));
    const auto step = [&] { return trainer.step(state, windows, 0.02f, AlwaysPermit()).value(); };
    const double before = step();
    for (int again = 1; again < 30; ++again) step();
    EXPECT_LT(step(), 0.7 * before) << "the loss that the step began with";
}

class Recompute : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(Recompute, Keeping_less_changes_no_bit) {
    const formats::LlamaConfig config = small_config();
    LoraSettings lora = kRankThree;
    lora.rank = GetParam();
    const std::vector<float> weights = lively_weights(config, 9);
    const std::vector<float> b =
        lora.on() ? lively_adapter(Lora(config, lora)) : std::vector<float>();
    const std::vector<Window> windows = random_windows({60, 50}, config.vocab, 3);
    std::vector<Digest> digests;
    for (const bool recompute : {false, true}) {
        ThreadPool pool(2);
        Network network(config, 128, 64, *available_kernels().front(), pool,
                        {.lora = lora, .recompute = recompute});
        std::vector<float> gradient(network.trained().count());
        ASSERT_TRUE(network.load(windows).ok());
        network.loss_and_gradient(weights, gradient, b);
        digests.push_back(digest_of(gradient));
    }
    EXPECT_EQ(digests[0], digests[1]);
}

INSTANTIATE_TEST_SUITE_P(Method, Recompute, ::testing::Values(0u, 3u),
                         [](const auto& tested) { return tested.param == 0 ? "full" : "lora"; });

}  // namespace
}  // namespace litura::engine
