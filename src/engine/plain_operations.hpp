// Every operation of docs/canonical-arithmetic.md as plain loops over floats: the oracle that the
// kernels must equal bit for bit. For tests only; shares no code with the kernels, and is not meant
// to be fast.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace litura::engine::plain {

inline constexpr std::size_t kChunk = 512;

/// The sum over k in [0, count) of left(k) * right(k).
template <typename Left, typename Right>
float product(std::size_t count, const Left& left, const Right& right) {
    float total = 0.0f;
    for (std::size_t begin = 0; begin < count; begin += kChunk) {
        float chunk = 0.0f;
        for (std::size_t k = begin; k < std::min(count, begin + kChunk); ++k)
            chunk = std::fma(left(k), right(k), chunk);
        total = begin == 0 ? chunk : total + chunk;
    }
    return total + 0.0f;
}

/// Sixteen lanes over a row, padded with zeros: lane = add(lane, i).
template <typename Add>
float row_sum(std::size_t count, const Add& add) {
    float lane[16] = {};
    for (std::size_t i = 0; i < count; ++i) lane[i % 16] = add(lane[i % 16], i);
    if (count % 16 != 0) {
        for (std::size_t i = count % 16; i < 16; ++i) lane[i] = lane[i] + 0.0f;
    }
    for (const std::size_t width : {8, 4, 2, 1}) {
        for (std::size_t i = 0; i < width; ++i) lane[i] = lane[i] + lane[i + width];
    }
    return lane[0];
}

inline float dot(const float* a, const float* b, std::size_t count) {
    return row_sum(count, [&](float lane, std::size_t i) { return std::fma(a[i], b[i], lane); });
}

inline float exp(float x) {
    if (x > 88.0f) return std::numeric_limits<float>::infinity();
    if (x < -87.0f) return 0.0f;
    if (std::isnan(x)) return x;
    const float n = std::fma(x, 0x1.715476p+0f, 12582912.0f) - 12582912.0f;
    float r = std::fma(n, -0x1.63p-1f, x);
    r = std::fma(n, 0x1.bd0106p-13f, r);
    float q = 0x1.6a2256p-10f;
    for (const float c : {0x1.123b02p-7f, 0x1.5558f8p-5f, 0x1.55549p-3f, 0x1.fffffcp-2f})
        q = std::fma(q, r, c);
    const float p = std::fma(r * r, q, r) + 1.0f;
    return p * std::bit_cast<float>(static_cast<std::uint32_t>(static_cast<int>(n) + 127) << 23);
}

inline float sigmoid(float x) { return 1.0f / (1.0f + exp(-x)); }

inline float log(float x) {
    int exponent = 0;
    float mantissa = std::frexp(x, &exponent) * 2.0f;  // in [1, 2)
    exponent -= 1;
    if (mantissa > 0x1.6a09e6p+0f) {
        mantissa = mantissa * 0.5f;
        exponent += 1;
    }
    const float s = (mantissa - 1.0f) / (mantissa + 1.0f), z = s * s,
                e = static_cast<float>(exponent);
    float t = 2.0f / 9.0f;
    for (const float c : {2.0f / 7.0f, 2.0f / 5.0f, 2.0f / 3.0f}) t = std::fma(t, z, c);
    return std::fma(e, 0x1.63p-1f, std::fma(e, -0x1.bd0106p-13f, std::fma(s * z, t, s + s)));
}

inline float rms_norm(const float* x, const float* weight, float* y, std::size_t count,
                      float epsilon) {
    const float factor = 1.0f / std::sqrt(dot(x, x, count) / static_cast<float>(count) + epsilon);
    for (std::size_t i = 0; i < count; ++i) y[i] = (x[i] * factor) * weight[i];
    return factor;
}

inline void rms_norm_backward(const float* dy, const float* x, const float* weight, float factor,
                              float* dx, std::size_t count) {
    const float sum = row_sum(
        count, [&](float lane, std::size_t i) { return std::fma(dy[i] * weight[i], x[i], lane); });
    const float pull = ((factor * factor) * sum) / static_cast<float>(count);
    for (std::size_t i = 0; i < count; ++i)
        dx[i] = std::fma(factor, std::fma(-pull, x[i], dy[i] * weight[i]), dx[i]);
}

inline void rotate(float* head, const float* cosine, const float* sine, std::size_t half) {
    for (std::size_t i = 0; i < half; ++i) {
        const float a = head[i], b = head[half + i];
        head[i] = std::fma(a, cosine[i], -(b * sine[i]));
        head[half + i] = std::fma(b, cosine[i], a * sine[i]);
    }
}

inline void rotate_back(float* head, const float* cosine, const float* sine, std::size_t half) {
    for (std::size_t i = 0; i < half; ++i) {
        const float a = head[i], b = head[half + i];
        head[i] = std::fma(a, cosine[i], b * sine[i]);
        head[half + i] = std::fma(b, cosine[i], -(a * sine[i]));
    }
}

inline float swiglu(float gate, float up) { return (gate * sigmoid(gate)) * up; }

inline void swiglu_backward(float d, float gate, float up, float& d_gate, float& d_up) {
    const float s = sigmoid(gate);
    d_gate = (d * up) * (s * std::fma(gate, 1.0f - s, 1.0f));
    d_up = d * (gate * s);
}

struct Softmax {
    float maximum, sum;
};

inline Softmax softmax(float* row, std::size_t count, float scale) {
    float maximum = -std::numeric_limits<float>::infinity();
    for (std::size_t i = 0; i < count; ++i)
        maximum = row[i] * scale > maximum ? row[i] * scale : maximum;
    maximum = maximum + 0.0f;
    for (std::size_t i = 0; i < count; ++i) row[i] = exp(row[i] * scale - maximum);
    return {maximum, row_sum(count, [&](float lane, std::size_t i) { return lane + row[i]; })};
}

struct AdamW {
    float learning_rate, decay, beta1, beta2, epsilon, gradient_scale, beta1_power, beta2_power;

    void step(float& weight, float& first, float& second, float gradient) const {
        const float g = gradient * gradient_scale;
        first = std::fma(beta1, first, (1.0f - beta1) * g);
        second = std::fma(beta2, second, ((1.0f - beta2) * g) * g);
        const float root = std::sqrt(second * (1.0f / (1.0f - beta2_power)));
        const float update = (first * (1.0f / (1.0f - beta1_power))) / (root + epsilon);
        weight = std::fma(-learning_rate, update, std::fma(-decay, weight, weight));
    }
};

}  // namespace litura::engine::plain
