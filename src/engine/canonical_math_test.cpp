#include "engine/canonical_math.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "engine/philox.hpp"
#include "engine/plain_operations.hpp"

namespace litura::engine {
namespace {

std::vector<float> between(float low, float high, std::uint32_t purpose) {
    std::vector<float> values(20000);
    for (std::uint32_t i = 0; i < values.size(); ++i) {
        const std::uint32_t word = philox({i, 0, 0, 0}, {purpose, 99})[0];
        values[i] = low + (high - low) * (static_cast<float>(word >> 8) * 0x1p-24f);
    }
    return values;
}

TEST(CanonicalMath, Logarithm_equals_the_plain_form_and_is_close_to_the_truth) {
    for (const float x : between(-50.0f, 50.0f, 30)) {
        const float y = 1.0f + x * x;
        EXPECT_EQ(canonical_log(y), plain::log(y));
        EXPECT_NEAR(canonical_log(y), std::log(static_cast<double>(y)), 1e-6);
    }
}

TEST(CanonicalMath, Tables_are_close_to_the_truth) {
    for (const float draw : between(0.0f, 1.0f, 31)) {
        const double x = static_cast<double>(draw);
        const SineCosine turn = canonical_sine_cosine(x * 8192);
        EXPECT_NEAR(turn.sine, std::sin(x * 8192), 1e-12);
        EXPECT_NEAR(turn.cosine, std::cos(x * 8192), 1e-12);
        EXPECT_NEAR(canonical_exp(-20 * x) / std::exp(-20 * x), 1.0, 1e-14);
        EXPECT_NEAR(canonical_log(1e6 * x + 1), std::log(1e6 * x + 1), 1e-13);
    }
    formats::LlamaConfig config;
    config.head_dim = 64;
    const RotaryTable table(config, 512);
    for (std::size_t position : {0, 1, 17, 511}) {
        for (std::size_t i = 0; i < 32; ++i) {
            const double angle =
                static_cast<double>(position) * std::pow(10000.0, -static_cast<double>(i) / 32);
            EXPECT_NEAR(table.cosines(position)[i], std::cos(angle), 1e-7);
            EXPECT_NEAR(table.sines(position)[i], std::sin(angle), 1e-7);
        }
    }
}

TEST(Philox, Gives_the_published_numbers) {
    // Known answers of Random123 for philox4x32-10.
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
              (PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
              (PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

}  // namespace
}  // namespace litura::engine
