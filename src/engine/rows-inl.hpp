// Operations along one row: norms, softmax, rotary positions, SwiGLU, AdamW. Every reduction uses
// the sixteen interleaved lanes; a row is thought of as padded to a multiple of sixteen.
#if defined(LITURA_ROWS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef LITURA_ROWS_INL
#undef LITURA_ROWS_INL
#else
#define LITURA_ROWS_INL
#endif

#include <algorithm>
#include <cmath>

#include "engine/kernels.hpp"
#include "engine/vector-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace litura::engine::HWY_NAMESPACE {

inline float dot(const float* a, const float* b, std::size_t count) {
    Lanes lanes(0.0f);
    for (std::size_t i = 0; i < count; i += kLanes) {
        for (std::size_t p = 0; p < kParts; ++p) {
            const std::size_t at = i + p * kWidth;
            const std::size_t left = left_after(count, at);
            lanes.part[p] = fma(load(a + at, left), load(b + at, left), lanes.part[p]);
        }
    }
    return lanes.sum();
}

inline void add(const float* a, const float* b, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        store(hn::Add(load(a + i, count - i), load(b + i, count - i)), out + i, count - i);
    }
}

inline void scale(float* row, std::size_t count, float factor) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        store(hn::Mul(load(row + i, count - i), set(factor)), row + i, count - i);
    }
}

inline void divide(float* row, std::size_t count, float divisor) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        store(hn::Div(load(row + i, count - i), set(divisor)), row + i, count - i);
    }
}

inline void exp_of(const float* x, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        store(exponential(load(x + i, count - i)), out + i, count - i);
    }
}

inline float rms_norm(const float* x, const float* weight, float* y, std::size_t count,
                      float epsilon) {
    const float mean = dot(x, x, count) / static_cast<float>(count);
    const float factor = 1.0f / std::sqrt(mean + epsilon);
    for (std::size_t i = 0; i < count; i += kWidth) {
        const V normed = hn::Mul(load(x + i, count - i), set(factor));
        store(hn::Mul(normed, load(weight + i, count - i)), y + i, count - i);
    }
    return factor;
}

inline void rms_norm_backward(const float* dy, const float* x, const float* weight, float factor,
                              float* dx, std::size_t count) {
    Lanes lanes(0.0f);
    for (std::size_t i = 0; i < count; i += kLanes) {
        for (std::size_t p = 0; p < kParts; ++p) {
            const std::size_t at = i + p * kWidth;
            const std::size_t left = left_after(count, at);
            const V g = hn::Mul(load(dy + at, left), load(weight + at, left));
            lanes.part[p] = fma(g, load(x + at, left), lanes.part[p]);
        }
    }
    const float pull = ((factor * factor) * lanes.sum()) / static_cast<float>(count);
    for (std::size_t i = 0; i < count; i += kWidth) {
        const V g = hn::Mul(load(dy + i, count - i), load(weight + i, count - i));
        const V direction = fma(set(-pull), load(x + i, count - i), g);
        store(fma(set(factor), direction, load(dx + i, count - i)), dx + i, count - i);
    }
}

inline void norm_weight(const float* dy, const float* x, std::size_t stride, const float* factors,
                        std::size_t tokens, float* out, std::size_t columns) {
    for (std::size_t j = 0; j < columns; j += kWidth) {
        const std::size_t left = columns - j;
        V total = set(0.0f);
        for (std::size_t begin = 0; begin < tokens; begin += kChunk) {
            const std::size_t end = std::min(tokens, begin + kChunk);
            V chunk = set(0.0f);
            for (std::size_t t = begin; t < end; ++t) {
                const V normed = hn::Mul(load(x + t * stride + j, left), set(factors[t]));
                chunk = fma(load(dy + t * stride + j, left), normed, chunk);
            }
            total = hn::Add(total, chunk);
        }
        store(hn::Add(total, set(0.0f)), out + j, left);
    }
}

inline void rotate(float* head, const float* cosines, const float* sines, std::size_t half) {
    for (std::size_t i = 0; i < half; i += kWidth) {
        const std::size_t left = half - i;
        const V a = load(head + i, left), b = load(head + half + i, left);
        const V cosine = load(cosines + i, left), sine = load(sines + i, left);
        store(fma(a, cosine, negate(hn::Mul(b, sine))), head + i, left);
        store(fma(b, cosine, hn::Mul(a, sine)), head + half + i, left);
    }
}

inline void rotate_back(float* head, const float* cosines, const float* sines, std::size_t half) {
    for (std::size_t i = 0; i < half; i += kWidth) {
        const std::size_t left = half - i;
        const V a = load(head + i, left), b = load(head + half + i, left);
        const V cosine = load(cosines + i, left), sine = load(sines + i, left);
        store(fma(a, cosine, hn::Mul(b, sine)), head + i, left);
        store(fma(b, cosine, negate(hn::Mul(a, sine))), head + half + i, left);
    }
}

inline void swiglu(const float* gate, const float* up, float* out, std::size_t count) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        const V g = load(gate + i, count - i);
        store(hn::Mul(hn::Mul(g, sigmoid(g)), load(up + i, count - i)), out + i, count - i);
    }
}

inline void swiglu_backward(const float* d_out, const float* gate, const float* up, float* d_gate,
                            float* d_up, std::size_t count) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        const std::size_t left = count - i;
        const V d = load(d_out + i, left), g = load(gate + i, left), u = load(up + i, left);
        const V s = sigmoid(g);
        const V slope = hn::Mul(s, fma(g, hn::Sub(set(1.0f), s), set(1.0f)));
        store(hn::Mul(hn::Mul(d, u), slope), d_gate + i, left);
        store(hn::Mul(d, hn::Mul(g, s)), d_up + i, left);
    }
}

inline SoftmaxStats softmax(float* row, std::size_t count, float scale_by) {
    constexpr float kLowest = -std::numeric_limits<float>::infinity();
    Lanes best(kLowest);
    for (std::size_t i = 0; i < count; i += kLanes) {
        for (std::size_t p = 0; p < kParts; ++p) {
            const std::size_t at = i + p * kWidth;
            const V score = hn::Mul(load(row + at, left_after(count, at), kLowest), set(scale_by));
            best.part[p] = greater(score, best.part[p]);
        }
    }
    const float maximum = best.maximum();
    Lanes lanes(0.0f);
    for (std::size_t i = 0; i < count; i += kLanes) {
        for (std::size_t p = 0; p < kParts; ++p) {
            const std::size_t at = i + p * kWidth;
            const std::size_t left = left_after(count, at);
            const V score = hn::Mul(load(row + at, left, kLowest), set(scale_by));
            const V weight = exponential(hn::Sub(score, set(maximum)));
            lanes.part[p] = hn::Add(lanes.part[p], weight);
            store(weight, row + at, left);
        }
    }
    return {maximum, lanes.sum()};
}

inline void attention_backward(float* scores, float* d_scores, std::size_t count, float scale_by,
                               float maximum, float inverse_sum, float dot_of_row) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        const std::size_t left = count - i;
        const V score = hn::Mul(load(scores + i, left), set(scale_by));
        const V p = hn::Mul(exponential(hn::Sub(score, set(maximum))), set(inverse_sum));
        const V pull = hn::Sub(load(d_scores + i, left), set(dot_of_row));
        store(p, scores + i, left);
        store(hn::Mul(hn::Mul(p, pull), set(scale_by)), d_scores + i, left);
    }
}

inline void adamw(float* weights, float* first, float* second, const float* gradients,
                  std::size_t count, const AdamWStep& step) {
    for (std::size_t i = 0; i < count; i += kWidth) {
        const std::size_t left = count - i;
        const V g = hn::Mul(load(gradients + i, left), set(step.gradient_scale));
        const V m = fma(set(step.beta1), load(first + i, left), hn::Mul(set(step.rest1), g));
        const V v =
            fma(set(step.beta2), load(second + i, left), hn::Mul(hn::Mul(set(step.rest2), g), g));
        const V root = hn::Sqrt(hn::Mul(v, set(step.correction2)));
        const V update =
            hn::Div(hn::Mul(m, set(step.correction1)), hn::Add(root, set(step.epsilon)));
        const V w = load(weights + i, left);
        const V decayed = fma(set(-step.decay), w, w);
        store(m, first + i, left);
        store(v, second + i, left);
        store(fma(set(-step.learning_rate), update, decayed), weights + i, left);
    }
}

}  // namespace litura::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
