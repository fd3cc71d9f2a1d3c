// Matrix products: packing and the register tile. An element is one fused chain over a chunk of k,
// from +0, k ascending; the tile only chooses which elements are computed side by side.
#if defined(LITURA_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef LITURA_PRODUCT_INL
#undef LITURA_PRODUCT_INL
#else
#define LITURA_PRODUCT_INL
#endif

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/kernels.hpp"
#include "engine/vector-inl.hpp"

#if defined(__clang__)
#define LITURA_UNROLL _Pragma("unroll")
#else
#define LITURA_UNROLL _Pragma("GCC unroll 16")
#endif

HWY_BEFORE_NAMESPACE();
namespace litura::engine::HWY_NAMESPACE {

// AVX-512 and NEON have 32 vector registers, AVX2 has 16.
constexpr std::size_t kTileRows = kWidth == 8 ? 6 : kWidth == 1 ? 4 : 12;
constexpr std::size_t kTileVectors = 2;
constexpr std::size_t kTileColumns = kTileVectors * kWidth;
/// The right panel of a chunk is larger than the first cache: it is asked for so many k ahead.
constexpr std::size_t kPrefetch = 8;

/// out[k * out_stride + line] = from[line * stride + k], four lines and four k at a time where
/// there are vectors.
inline void transpose(const float* from, std::size_t stride, std::size_t lines, std::size_t depth,
                      float* out, std::size_t out_stride) {
    std::size_t line = 0;
#if HWY_TARGET != HWY_SCALAR
    const hn::CappedTag<float, 4> four;
    const std::size_t blocks = depth / 4 * 4;
    for (; line + 4 <= lines; line += 4) {
        const float* row = from + line * stride;
        float* to = out + line;
        for (std::size_t k = 0; k < blocks; k += 4) {
            // One of the next four lines, so that each 64 bytes of them are asked for once.
            __builtin_prefetch(row + (4 + k / 4 % 4) * stride + k / 16 * 16);
            const auto row0 = hn::LoadU(four, row + k), row1 = hn::LoadU(four, row + stride + k);
            const auto row2 = hn::LoadU(four, row + 2 * stride + k),
                       row3 = hn::LoadU(four, row + 3 * stride + k);
            const auto low0 = hn::InterleaveLower(four, row0, row1),
                       low1 = hn::InterleaveLower(four, row2, row3);
            const auto high0 = hn::InterleaveUpper(four, row0, row1),
                       high1 = hn::InterleaveUpper(four, row2, row3);
            hn::StoreU(hn::ConcatLowerLower(four, low1, low0), four, to + k * out_stride);
            hn::StoreU(hn::ConcatUpperUpper(four, low1, low0), four, to + (k + 1) * out_stride);
            hn::StoreU(hn::ConcatLowerLower(four, high1, high0), four, to + (k + 2) * out_stride);
            hn::StoreU(hn::ConcatUpperUpper(four, high1, high0), four, to + (k + 3) * out_stride);
        }
        for (std::size_t k = blocks; k < depth; ++k) {
            for (std::size_t i = 0; i < 4; ++i) to[k * out_stride + i] = row[i * stride + k];
        }
    }
#endif
    for (; line < lines; ++line) {
        for (std::size_t k = 0; k < depth; ++k)
            out[k * out_stride + line] = from[line * stride + k];
    }
}

/// out[k * kWidthOut + line] of a matrix whose element (line, k) is from[line * line_stride + k *
/// k_stride].
template <std::size_t kWidthOut>
void pack_panel(const float* from, std::size_t line_stride, std::size_t k_stride, std::size_t lines,
                std::size_t depth, float* out) {
    if (k_stride == 1) {
        transpose(from, line_stride, lines, depth, out, kWidthOut);
    } else if (line_stride == 1 && lines == kWidthOut) {
        for (std::size_t k = 0; k < depth; ++k)
            std::memcpy(out + k * kWidthOut, from + k * k_stride, kWidthOut * sizeof(float));
    } else {
        for (std::size_t k = 0; k < depth; ++k) {
            for (std::size_t line = 0; line < lines; ++line)
                out[k * kWidthOut + line] = from[line * line_stride + k * k_stride];
        }
    }
}

/// Panels of kTileRows rows, one after another. Where memory runs along the rows, all panels' part
/// of one k is read at once: memory is fastest in one long stream.
inline void pack_left(Matrix a, std::size_t rows, std::size_t depth, float* out) {
    const std::size_t along = a.row_stride == 1 ? rows / kTileRows * kTileRows : 0;
    for (std::size_t k = 0; along > 0 && k < depth; ++k) {
        const float* from = a.data + k * a.column_stride;
        for (std::size_t row = 0; row < along; row += kTileRows)
            std::memcpy(out + row * depth + k * kTileRows, from + row, kTileRows * sizeof(float));
    }
    for (std::size_t row = along; row < rows; row += kTileRows) {
        pack_panel<kTileRows>(a.data + row * a.row_stride, a.row_stride, a.column_stride,
                              std::min(kTileRows, rows - row), depth, out + row * depth);
    }
}

inline void pack_right(Matrix b, std::size_t depth, std::size_t columns, float* out) {
    pack_panel<kTileColumns>(b.data, b.column_stride, b.row_stride, columns, depth, out);
    for (std::size_t k = 0; columns < kTileColumns && k < depth; ++k) {
        std::fill(out + k * kTileColumns + columns, out + (k + 1) * kTileColumns, 0.0f);
    }
}

HWY_INLINE V placed(V sum, V before, ChunkPlace place) {
    if (!place.first) sum = hn::Add(before, sum);
    if (place.last) sum = hn::Add(sum, set(0.0f));
    return sum;
}

/// kVectors: so many of the panel's hold columns; an adapter of rank 8 fills half of one.
template <std::size_t kRows, std::size_t kVectors>
void tile_of(std::size_t columns, std::size_t depth, const float* left, const float* right,
             float* c, std::size_t c_stride, ChunkPlace place) {
    V sum[kRows][kVectors];
    LITURA_UNROLL
    for (std::size_t row = 0; row < kRows; ++row) {
        LITURA_UNROLL
        for (std::size_t v = 0; v < kVectors; ++v) sum[row][v] = set(0.0f);
    }
    for (std::size_t k = 0; k < depth; ++k) {
        V across[kVectors];
        LITURA_UNROLL
        for (std::size_t v = 0; v < kVectors; ++v) {
            const float* from = right + k * kTileColumns + v * kWidth;
            across[v] = hn::LoadU(D(), from);
            __builtin_prefetch(from + kPrefetch * kTileColumns);
        }
        LITURA_UNROLL
        for (std::size_t row = 0; row < kRows; ++row) {
            const V value = set(left[k * kTileRows + row]);
            LITURA_UNROLL
            for (std::size_t v = 0; v < kVectors; ++v) {
                sum[row][v] = fma(value, across[v], sum[row][v]);
            }
        }
    }
    LITURA_UNROLL
    for (std::size_t row = 0; row < kRows; ++row) {
        LITURA_UNROLL
        for (std::size_t v = 0; v < kVectors; ++v) {
            const std::size_t count = left_after(columns, v * kWidth);
            float* to = c + row * c_stride + v * kWidth;
            const V before = place.first ? set(0.0f) : load(to, count);
            store(placed(sum[row][v], before, place), to, count);
        }
    }
}

using TileFunction = void (*)(std::size_t, std::size_t, const float*, const float*, float*,
                              std::size_t, ChunkPlace);

template <std::size_t... kIndex>
TileFunction tile_function(std::size_t rows, std::size_t vectors, std::index_sequence<kIndex...>) {
    static_assert(kTileVectors == 2);
    static constexpr TileFunction kFunctions[][2] = {
        {tile_of<kIndex + 1, 1>, tile_of<kIndex + 1, 2>}...};
    return kFunctions[rows - 1][vectors - 1];
}

inline void tile(std::size_t rows, std::size_t columns, std::size_t depth, const float* left,
                 const float* right, float* c, std::size_t c_stride, ChunkPlace place) {
    const std::size_t vectors = columns <= kWidth ? 1 : 2;
    tile_function(rows, vectors, std::make_index_sequence<kTileRows>())(columns, depth, left, right,
                                                                        c, c_stride, place);
}

}  // namespace litura::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
