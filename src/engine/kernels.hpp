// The innermost loops, one table of functions for each instruction set: scalar, AVX2, AVX-512,
// NEON. All tables compute the same bits (docs/canonical-arithmetic.md); they differ in speed and
// in the size of their register tile. One source serves all (kernels.cpp and the *-inl.hpp files).
// Nothing here knows a thread, a model or an allocation.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "engine/canonical.hpp"

namespace litura::engine {

/// Element (i, j) is data[i * row_stride + j * column_stride].
struct Matrix {
    const float* data;
    std::size_t row_stride;
    std::size_t column_stride;

    Matrix from(std::size_t row, std::size_t column) const {
        return {data + row * row_stride + column * column_stride, row_stride, column_stride};
    }
};

/// Where one chunk of a product goes in the sum over chunks.
struct ChunkPlace {
    bool first;  ///< stores its sum; a later one adds to what is there
    bool last;   ///< adds +0 at the end
};

struct SoftmaxStats {
    float maximum;
    float sum;
};

struct AdamWStep {
    float learning_rate, decay;  ///< decay = learning_rate * weight_decay, 0 where there is none
    float beta1, beta2, rest1, rest2;  ///< rest = 1 - beta
    float correction1, correction2;    ///< 1 / (1 - beta^steps)
    float epsilon, gradient_scale;
};

struct Kernels {
    std::string_view name;
    std::size_t tile_rows, tile_columns;

    /// Copies rows x depth to panels of tile_rows rows, one after another: within its panel to
    /// out[k * tile_rows + row].
    void (*pack_left)(Matrix a, std::size_t rows, std::size_t depth, float* out);
    /// Copies depth x columns (columns <= tile_columns) to out[k * tile_columns + column], padded
    /// with +0.
    void (*pack_right)(Matrix b, std::size_t depth, std::size_t columns, float* out);
    /// One chunk (depth <= kChunk) of rows x columns elements of a product, from packed operands.
    void (*tile)(std::size_t rows, std::size_t columns, std::size_t depth, const float* left,
                 const float* right, float* c, std::size_t c_stride, ChunkPlace place);

    float (*dot)(const float* a, const float* b, std::size_t count);
    void (*add)(const float* a, const float* b, float* out, std::size_t count);
    void (*scale)(float* row, std::size_t count, float factor);
    void (*divide)(float* row, std::size_t count, float divisor);
    void (*exp)(const float* x, float* out, std::size_t count);

    /// Returns the row's factor 1 / rms.
    float (*rms_norm)(const float* x, const float* weight, float* y, std::size_t count,
                      float epsilon);
    /// Adds the gradient to dx.
    void (*rms_norm_backward)(const float* dy, const float* x, const float* weight, float factor,
                              float* dx, std::size_t count);
    /// The gradient of `columns` norm weights over all tokens (rows of dy and x, `stride` apart).
    void (*norm_weight)(const float* dy, const float* x, std::size_t stride, const float* factors,
                        std::size_t tokens, float* out, std::size_t columns);

    void (*rotate)(float* head, const float* cosines, const float* sines, std::size_t half);
    void (*rotate_back)(float* head, const float* cosines, const float* sines, std::size_t half);
    void (*swiglu)(const float* gate, const float* up, float* out, std::size_t count);
    void (*swiglu_backward)(const float* d_out, const float* gate, const float* up, float* d_gate,
                            float* d_up, std::size_t count);

    /// row[j] = exp(row[j] * scale - maximum); the sum of these and the maximum are returned.
    SoftmaxStats (*softmax)(float* row, std::size_t count, float scale);
    /// From raw scores and dP to P (in scores) and dS (in d_scores); `dot` is the row's dO . O.
    void (*attention_backward)(float* scores, float* d_scores, std::size_t count, float scale,
                               float maximum, float inverse_sum, float dot);

    void (*adamw)(float* weights, float* first, float* second, const float* gradients,
                  std::size_t count, const AdamWStep& step);
};

/// The tables this machine can run, the fastest first. Scalar is there on every x86 machine.
std::span<const Kernels* const> available_kernels();

/// The fastest, or the one that LITURA_SIMD names (scalar, avx2, avx512, neon);
/// Code::bad_input where that one is unknown or not available here.
Result<const Kernels*> choose_kernels();
/// The same, where choose_kernels() was asked before.
const Kernels& chosen_kernels();

}  // namespace litura::engine
