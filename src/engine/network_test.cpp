// A whole step against the plain loops, bit for bit.
#include "engine/network.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "engine/plain_network.hpp"
#include "engine/test_models.hpp"
#include "engine/trainer.hpp"

namespace litura::engine {
namespace {

using namespace testing;

void expect_same_bits(const std::vector<float>& a, const std::vector<float>& b,
                      const Layout& layout) {
    for (const TensorSpec& tensor : layout.tensors()) {
        std::size_t different = 0;
        for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; ++i) {
            different += std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i]);
        }
        EXPECT_EQ(different, 0u) << tensor.name << ", of " << tensor.count;
    }
}

/// Windows longer than a chunk, more tokens than a chunk, more (head, query) rows than a chunk.
class WholeStep : public ::testing::TestWithParam<bool> {};

TEST_P(WholeStep, Gradients_equal_the_plain_loops_on_every_instruction_set) {
    formats::LlamaConfig config = small_config(GetParam());
    config.context = 600;
    const std::vector<Window> windows = random_windows({1, 300, 530, 17, 49}, config.vocab, 8);
    const std::vector<float> weights = lively_weights(config, 9);
    const Layout layout(config);
    plain::Network plain(config, layout, weights, windows);
    const std::vector<float>& expected = plain.gradient();
    for (const Kernels* kernels : available_kernels()) {
        SCOPED_TRACE(kernels->name);
        ThreadPool pool(2);
        Network network(config, 1000, 600, *kernels, pool);
        std::vector<float> gradient(weights.size(), 7.0f);
        ASSERT_TRUE(network.load(windows).ok());
        network.loss_and_gradient(weights, gradient);
        expect_same_bits(gradient, expected, layout);
    }
}

INSTANTIATE_TEST_SUITE_P(Heads, WholeStep, ::testing::Bool(),
                         [](const auto& tested) { return tested.param ? "tied" : "untied"; });

TEST(Network, An_optimizer_step_equals_the_plain_loops) {
    const formats::LlamaConfig config = small_config();
    const std::vector<Window> windows = random_windows({30, 11}, config.vocab, 8);
    const Layout layout(config);
    for (const float clip : {1e6f, 0.01f}) {
        TrainSettings settings;
        settings.weight_decay = 0.1f;
        settings.clip_norm = clip;
        ThreadPool pool(2);
        Trainer trainer(config, settings, pool);
        TrainState state = TrainState::fresh(lively_weights(config, 9));
        std::vector<float> weights = state.weights, first(weights.size()), second(weights.size());
        float power1 = 1.0f, power2 = 1.0f;
        for (int step = 0; step < 3; ++step) {
            ASSERT_TRUE(trainer.step(state, windows, 0.01f, AlwaysPermit()).ok());
            plain::Network plain(config, layout, weights, windows);
            const std::vector<float>& gradient = plain.gradient();
            float squares = 0.0f;
            for (const TensorSpec& tensor : layout.tensors()) {
                squares = squares + plain::dot(&gradient[tensor.offset], &gradient[tensor.offset],
                                               tensor.count);
            }
            const float norm = std::sqrt(squares);
            power1 = power1 * settings.beta1;
            power2 = power2 * settings.beta2;
            for (const TensorSpec& tensor : layout.tensors()) {
                const plain::AdamW adamw{0.01f,
                                         tensor.shape.size() == 2 ? 0.01f * 0.1f : 0.0f,
                                         settings.beta1,
                                         settings.beta2,
                                         settings.epsilon,
                                         norm > clip ? clip / norm : 1.0f,
                                         power1,
                                         power2};
                for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; ++i) {
                    adamw.step(weights[i], first[i], second[i], gradient[i]);
                }
            }
            expect_same_bits(state.weights, weights, layout);
        }
    }
}

}  // namespace
}  // namespace litura::engine
