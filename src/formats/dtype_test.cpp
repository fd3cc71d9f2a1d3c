#include "formats/dtype.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace litura::formats {
namespace {

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

/// The value of binary16 by its definition, through std::ldexp.
float f16_by_definition(std::uint16_t half) {
    const int exponent = (half >> 10) & 0x1f;
    const int fraction = half & 0x3ff;
    const float sign = half & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
    return sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
}

TEST(Dtype, Every_finite_half_expands_to_its_value) {
    for (std::uint32_t half = 0; half < 0x10000; ++half) {
        if ((half & 0x7c00) == 0x7c00) continue;
        const auto word = static_cast<std::uint16_t>(half);
        ASSERT_EQ(bits(f16_to_f32(word)), bits(f16_by_definition(word))) << half;
    }
    EXPECT_EQ(f16_to_f32(0x7c00), INFINITY);
    EXPECT_EQ(f16_to_f32(0xfc00), -INFINITY);
    EXPECT_TRUE(std::isnan(f16_to_f32(0x7e00)));
}

TEST(Dtype, Bf16_comes_back_unchanged) {
    for (std::uint32_t word = 0; word < 0x10000; ++word) {
        if ((word & 0x7f80) == 0x7f80 && (word & 0x7f) != 0) continue;
        ASSERT_EQ(f32_to_bf16(bf16_to_f32(static_cast<std::uint16_t>(word))), word);
    }
}

TEST(Dtype, Bf16_rounds_to_nearest_and_ties_to_even) {
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3f808000u)), 0x3f80);  // tie, even below
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3f818000u)), 0x3f82);  // tie, even above
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3f808001u)), 0x3f81);
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x7f7fffffu)), 0x7f80);  // beyond all: infinity
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x7f800001u)) & 0x7fff, 0x7fc0);  // NaN stays one
}

TEST(Dtype, F16_comes_back_unchanged) {
    for (std::uint32_t word = 0; word < 0x10000; ++word) {
        if ((word & 0x7c00) == 0x7c00 && (word & 0x3ff) != 0) continue;
        ASSERT_EQ(f32_to_f16(f16_to_f32(static_cast<std::uint16_t>(word))), word);
    }
}

TEST(Dtype, F16_rounds_to_nearest_and_ties_to_even) {
    // The middle between two neighbours, and the next f32 on either side of it; subnormals too.
    for (std::uint32_t word = 0; word < 0x7bff; ++word) {
        const float low = f16_to_f32(static_cast<std::uint16_t>(word));
        const float high = f16_to_f32(static_cast<std::uint16_t>(word + 1));
        const float middle = low + (high - low) / 2;
        ASSERT_EQ(f32_to_f16(std::nextafter(middle, 0.0f)), word);
        ASSERT_EQ(f32_to_f16(std::nextafter(middle, high)), word + 1);
        ASSERT_EQ(f32_to_f16(middle), word % 2 == 0 ? word : word + 1);
    }
    EXPECT_EQ(f32_to_f16(std::nextafter(65520.0f, 0.0f)), 0x7bff);
    EXPECT_EQ(f32_to_f16(-65520.0f), 0xfc00);  // beyond all: infinity
    EXPECT_EQ(f32_to_f16(-1e-40f), 0x8000);
    EXPECT_EQ(f32_to_f16(std::bit_cast<float>(0x7f800001u)) & 0x7fff, 0x7e00);  // NaN stays one
}

TEST(Dtype, Narrowing_writes_what_expanding_reads) {
    const std::vector<float> values = {1.0f, -2.0f, 0.25f};
    for (const Dtype dtype : {Dtype::f32, Dtype::f16, Dtype::bf16}) {
        std::vector<float> back(3);
        expand(dtype, narrow(dtype, values), back);
        EXPECT_EQ(back, values);
    }
}

TEST(Dtype, Expanding_reads_little_endian_values) {
    const Bytes bytes = {0x80, 0x3f, 0x00, 0xc0};
    float out[2];
    expand(Dtype::bf16, bytes, out);
    EXPECT_EQ(out[0], 1.0f);
    EXPECT_EQ(out[1], -2.0f);
}

}  // namespace
}  // namespace litura::formats
