#include "engine/canonical_math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace litura::engine {
namespace {

/// coefficients[0] + z * (coefficients[1] + z * ...), by fused Horner steps.
template <std::size_t kCount>
double polynomial(double z, const double (&coefficients)[kCount]) {
    double sum = coefficients[kCount - 1];
    for (std::size_t i = kCount - 1; i-- > 0;) sum = std::fma(sum, z, coefficients[i]);
    return sum;
}

/// Adding and subtracting it rounds a binary64 of moderate size to an integer, ties to even.
constexpr double kRound = 0x1.8p52;

/// A full turn, 2 pi.
constexpr double kTurn = 0x1.921fb54442d18p+2;

/// The frequency that stands for `plain` in a model whose context was stretched.
double scaled_frequency(const formats::RopeScaling& scaling, double plain) {
    using Kind = formats::RopeScaling::Kind;
    if (scaling.kind == Kind::none) return plain;
    const double slow = plain / static_cast<double>(scaling.factor);
    if (scaling.kind == Kind::linear) return slow;
    const double low = static_cast<double>(scaling.low_turns);
    const double high = static_cast<double>(scaling.high_turns);
    const double turns = (static_cast<double>(scaling.original_context) * plain) / kTurn;
    if (turns <= low) return slow;
    if (turns >= high) return plain;
    const double share = (turns - low) / (high - low);
    return std::fma(share, plain, (1.0 - share) * slow);
}

}  // namespace

float canonical_log(float x) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
    float exponent = static_cast<float>(static_cast<int>(bits >> 23) - 127);
    float mantissa = std::bit_cast<float>((bits & 0x007FFFFFu) | 0x3F800000u);
    if (mantissa > 0x1.6a09e6p+0f) {
        mantissa = mantissa * 0.5f;
        exponent = exponent + 1.0f;
    }
    const float s = (mantissa - 1.0f) / (mantissa + 1.0f);
    const float z = s * s;
    float t = std::fma(z, 2.0f / 9.0f, 2.0f / 7.0f);
    t = std::fma(t, z, 2.0f / 5.0f);
    t = std::fma(t, z, 2.0f / 3.0f);
    const float log_mantissa = std::fma(s * z, t, s + s);
    return std::fma(exponent, 0x1.63p-1f, std::fma(exponent, -0x1.bd0106p-13f, log_mantissa));
}

double canonical_exp(double x) {
    static constexpr double kTaylor[] = {1.0,
                                         1.0,
                                         1.0 / 2,
                                         1.0 / 6,
                                         1.0 / 24,
                                         1.0 / 120,
                                         1.0 / 720,
                                         1.0 / 5040,
                                         1.0 / 40320,
                                         1.0 / 362880,
                                         1.0 / 3628800,
                                         1.0 / 39916800,
                                         1.0 / 479001600,
                                         1.0 / 6227020800.0};
    const double shifted = std::fma(x, 0x1.71547652b82fep+0, kRound);
    const double n = shifted - kRound;
    double r = std::fma(n, -0x1.62e42fefa39efp-1, x);
    r = std::fma(n, -0x1.abc9e3b39803fp-56, r);
    const auto power = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) << 52) +
                                             (std::uint64_t{1023} << 52));
    return polynomial(r, kTaylor) * power;
}

double canonical_log(double x) {
    static constexpr double kSeries[] = {2.0,      2.0 / 3,  2.0 / 5,  2.0 / 7,
                                         2.0 / 9,  2.0 / 11, 2.0 / 13, 2.0 / 15,
                                         2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
    double exponent = static_cast<double>(static_cast<int>(bits >> 52) - 1023);
    double mantissa = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u);
    if (mantissa > 0x1.6a09e667f3bcdp+0) {
        mantissa = mantissa * 0.5;
        exponent = exponent + 1.0;
    }
    const double s = (mantissa - 1.0) / (mantissa + 1.0);
    return std::fma(exponent, 0x1.62e42fefa39efp-1,
                    std::fma(exponent, 0x1.abc9e3b39803fp-56, s * polynomial(s * s, kSeries)));
}

SineCosine canonical_sine_cosine(double x) {
    static constexpr double kSine[] = {
        1.0,          -1.0 / 6,        1.0 / 120,          -1.0 / 5040,
        1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0, -1.0 / 1307674368000.0};
    static constexpr double kCosine[] = {1.0,
                                         -1.0 / 2,
                                         1.0 / 24,
                                         -1.0 / 720,
                                         1.0 / 40320,
                                         -1.0 / 3628800,
                                         1.0 / 479001600,
                                         -1.0 / 87178291200.0,
                                         1.0 / 20922789888000.0};
    const double n = std::fma(x, 0x1.45f306dc9c883p-1, kRound) - kRound;  // quarter turns
    double r = std::fma(n, -0x1.921fb54442d18p+0, x);
    r = std::fma(n, -0x1.1a62633145c07p-54, r);
    const double z = r * r;
    const double sine = r * polynomial(z, kSine);
    const double cosine = polynomial(z, kCosine);
    switch (static_cast<std::uint64_t>(n) % 4) {
        case 0: return {sine, cosine};
        case 1: return {cosine, -sine};
        case 2: return {-sine, -cosine};
        default: return {-cosine, sine};
    }
}

RotaryFrequency rotary_frequency(const formats::LlamaConfig& config, std::size_t pair) {
    const double log_theta = canonical_log(static_cast<double>(config.rope_theta));
    const double share = static_cast<double>(2 * pair) / static_cast<double>(config.head_dim);
    const double plain = canonical_exp(-(share * log_theta));
    return {plain, scaled_frequency(config.rope_scaling, plain)};
}

RotaryTable::RotaryTable(const formats::LlamaConfig& config, std::size_t positions)
    : half(config.head_dim / 2), cosine(positions * half), sine(positions * half) {
    for (std::size_t i = 0; i < half; ++i) {
        const double frequency = rotary_frequency(config, i).scaled;
        for (std::size_t position = 0; position < positions; ++position) {
            const SineCosine turn =
                canonical_sine_cosine(static_cast<double>(position) * frequency);
            cosine.data()[position * half + i] = static_cast<float>(turn.cosine);
            sine.data()[position * half + i] = static_cast<float>(turn.sine);
        }
    }
}

}  // namespace litura::engine
