// Functions of one number in canonical form: +, -, *, /, sqrt and fused multiply-add only, so that
// every machine gives the same bits. The vector forms of exp and sigmoid are in vector-inl.hpp.
#pragma once

#include "engine/buffer.hpp"
#include "formats/llama_config.hpp"

namespace litura::engine {

/// Natural logarithm of a normal number above zero, in binary32.
float canonical_log(float x);

/// In binary64, for tables only. exp: |x| <= 700. log: normal, above zero. sine, cosine: 0 <= x <=
/// 2^20.
double canonical_exp(double x);
double canonical_log(double x);
struct SineCosine {
    double sine, cosine;
};
SineCosine canonical_sine_cosine(double x);

/// Radians a position for pair i of a head: theta^(-2i / head_dim), and that scaled as the config
/// says.
struct RotaryFrequency {
    double plain, scaled;
};
RotaryFrequency rotary_frequency(const formats::LlamaConfig& config, std::size_t pair);

/// cos and sin of position * scaled frequency, rounded to binary32; row = position, half a head
/// wide.
struct RotaryTable {
    RotaryTable(const formats::LlamaConfig& config, std::size_t positions);
    const float* cosines(std::size_t position) const { return cosine.data() + position * half; }
    const float* sines(std::size_t position) const { return sine.data() + position * half; }

    std::size_t half;
    Buffer cosine, sine;
};

}  // namespace litura::engine
