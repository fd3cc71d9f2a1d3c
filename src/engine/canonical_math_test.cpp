#include "engine/canonical_math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

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

/// The frequency that Hugging Face's Llama uses, told in wavelengths as its makers publish it.
double published_frequency(const formats::LlamaConfig& config, std::size_t i) {
    const formats::RopeScaling& scaling = config.rope_scaling;
    const double share = 2.0 * static_cast<double>(i) / config.head_dim;
    const double plain = 1.0 / std::pow(static_cast<double>(config.rope_theta), share);
    if (scaling.kind == formats::RopeScaling::Kind::linear) return plain / scaling.factor;
    const double wavelength = 2.0 * std::acos(-1.0) / plain;
    const double longest = scaling.original_context / static_cast<double>(scaling.low_turns);
    const double shortest = scaling.original_context / static_cast<double>(scaling.high_turns);
    if (wavelength < shortest) return plain;
    if (wavelength > longest) return plain / scaling.factor;
    const double smooth = (scaling.original_context / wavelength - scaling.low_turns) /
                          (scaling.high_turns - scaling.low_turns);
    return (1.0 - smooth) * plain / scaling.factor + smooth * plain;
}

TEST(CanonicalMath, Scaled_rotary_tables_follow_the_published_wavelengths) {
    using Kind = formats::RopeScaling::Kind;
    formats::LlamaConfig config;
    config.head_dim = 64;
    config.rope_theta = 500000.0f;
    std::set<double> ratios;
    for (const formats::RopeScaling& scaling :
         {formats::RopeScaling{Kind::llama3, 32.0f, 1.0f, 4.0f, 8192},
          formats::RopeScaling{Kind::llama3, 8.0f, 1.0f, 4.0f, 512},
          formats::RopeScaling{Kind::linear, 2.5f}}) {
        config.rope_scaling = scaling;
        const RotaryTable table(config, 2048);
        for (std::size_t i = 0; i < 32; ++i) {
            const double frequency = published_frequency(config, i);
            ratios.insert(std::round(1000.0 * frequency * std::pow(500000.0, i / 32.0)));
            for (const std::size_t position : {0, 1, 100, 2047}) {
                EXPECT_NEAR(table.cosines(position)[i], std::cos(position * frequency), 1e-7);
                EXPECT_NEAR(table.sines(position)[i], std::sin(position * frequency), 1e-7);
            }
        }
    }
    EXPECT_GT(ratios.size(), 4u) << "frequencies kept, divided, and between the two";
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
