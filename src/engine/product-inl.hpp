// Matrix products: packing and the register tile. An element is one fused chain over a chunk of k, from +0,
// k ascending; the tile only chooses which elements are computed side by side.
#if defined(LITURA_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef LITURA_PRODUCT_INL
#undef LITURA_PRODUCT_INL
#else
#define LITURA_PRODUCT_INL
#endif

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

inline void pack_left(Matrix a, std::size_t rows, std::size_t depth, float* out) {
    if (a.row_stride == 1 && rows == kTileRows) {
        for (std::size_t k = 0; k < depth; ++k) {
            std::memcpy(out + k * kTileRows, a.data + k * a.column_stride, kTileRows * sizeof(float));
        }
        return;
    }
    for (std::size_t row = 0; row < rows; ++row) {
        const float* from = a.data + row * a.row_stride;
        for (std::size_t k = 0; k < depth; ++k) out[k * kTileRows + row] = from[k * a.column_stride];
    }
}

inline void pack_right(Matrix b, std::size_t depth, std::size_t columns, float* out) {
    if (b.column_stride == 1 && columns == kTileColumns) {
        for (std::size_t k = 0; k < depth; ++k) {
            std::memcpy(out + k * kTileColumns, b.data + k * b.row_stride, kTileColumns * sizeof(float));
        }
        return;
    }
    for (std::size_t j = 0; j < columns; ++j) {
        const float* from = b.data + j * b.column_stride;
        for (std::size_t k = 0; k < depth; ++k) out[k * kTileColumns + j] = from[k * b.row_stride];
    }
    for (std::size_t j = columns; j < kTileColumns; ++j) {
        for (std::size_t k = 0; k < depth; ++k) out[k * kTileColumns + j] = 0.0f;
    }
}

HWY_INLINE V placed(V sum, V before, ChunkPlace place) {
    if (!place.first) sum = hn::Add(before, sum);
    if (place.last) sum = hn::Add(sum, set(0.0f));
    return sum;
}

template <std::size_t kRows>
void tile_of(std::size_t columns, std::size_t depth, const float* left, const float* right, float* c,
             std::size_t c_stride, ChunkPlace place) {
    V sum[kRows][kTileVectors];
    LITURA_UNROLL
    for (std::size_t row = 0; row < kRows; ++row) {
        LITURA_UNROLL
        for (std::size_t v = 0; v < kTileVectors; ++v) sum[row][v] = set(0.0f);
    }
    for (std::size_t k = 0; k < depth; ++k) {
        const V right0 = hn::LoadU(D(), right + k * kTileColumns);
        const V right1 = hn::LoadU(D(), right + k * kTileColumns + kWidth);
        LITURA_UNROLL
        for (std::size_t row = 0; row < kRows; ++row) {
            const V value = set(left[k * kTileRows + row]);
            sum[row][0] = fma(value, right0, sum[row][0]);
            sum[row][1] = fma(value, right1, sum[row][1]);
        }
    }
    LITURA_UNROLL
    for (std::size_t row = 0; row < kRows; ++row) {
        LITURA_UNROLL
        for (std::size_t v = 0; v < kTileVectors; ++v) {
            const std::size_t count = left_after(columns, v * kWidth);
            if (count == 0) continue;
            float* to = c + row * c_stride + v * kWidth;
            const V before = place.first ? set(0.0f) : load(to, count);
            store(placed(sum[row][v], before, place), to, count);
        }
    }
}

using TileFunction = void (*)(std::size_t, std::size_t, const float*, const float*, float*, std::size_t, ChunkPlace);

template <std::size_t... kIndex>
TileFunction tile_function(std::size_t rows, std::index_sequence<kIndex...>) {
    static constexpr TileFunction kFunctions[] = {tile_of<kIndex + 1>...};
    return kFunctions[rows - 1];
}

inline void tile(std::size_t rows, std::size_t columns, std::size_t depth, const float* left, const float* right,
                 float* c, std::size_t c_stride, ChunkPlace place) {
    tile_function(rows, std::make_index_sequence<kTileRows>())(columns, depth, left, right, c, c_stride, place);
}

}  // namespace litura::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
