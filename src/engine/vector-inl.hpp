// Vectors for the kernels: fused multiply-add, partial loads, the sixteen interleaved lanes, exp
// and sigmoid. Included once for each instruction set by kernels.cpp; the include guard is
// Highway's per-target one.
#if defined(LITURA_VECTOR_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef LITURA_VECTOR_INL
#undef LITURA_VECTOR_INL
#else
#define LITURA_VECTOR_INL
#endif

#include <hwy/highway.h>

#include <cmath>
#include <cstddef>
#include <limits>

#include "engine/canonical.hpp"

HWY_BEFORE_NAMESPACE();
namespace litura::engine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kLanes>;
using V = hn::Vec<D>;
constexpr std::size_t kWidth = hn::MaxLanes(D());
constexpr std::size_t kParts = kLanes / kWidth;

/// a * b + c with one rounding. Highway's own MulAdd rounds twice on the scalar target.
HWY_INLINE V fma(V a, V b, V c) {
#if HWY_TARGET == HWY_SCALAR
    return hn::Set(D(), std::fma(hn::GetLane(a), hn::GetLane(b), hn::GetLane(c)));
#else
    return hn::MulAdd(a, b, c);
#endif
}

HWY_INLINE V set(float value) { return hn::Set(D(), value); }
HWY_INLINE V negate(V value) { return hn::Neg(value); }
HWY_INLINE V greater(V a, V b) { return hn::IfThenElse(hn::Gt(a, b), a, b); }

/// The first `count` of a vector from memory, the rest `fill`.
HWY_INLINE V load(const float* from, std::size_t count, float fill = 0.0f) {
    if (HWY_LIKELY(count >= kWidth)) return hn::LoadU(D(), from);
    HWY_ALIGN float lanes[kWidth];
    for (std::size_t i = 0; i < kWidth; ++i) lanes[i] = i < count ? from[i] : fill;
    return hn::Load(D(), lanes);
}

HWY_INLINE void store(V value, float* to, std::size_t count) {
    if (HWY_LIKELY(count >= kWidth)) {
        hn::StoreU(value, D(), to);
        return;
    }
    HWY_ALIGN float lanes[kWidth];
    hn::Store(value, D(), lanes);
    for (std::size_t i = 0; i < count; ++i) to[i] = lanes[i];
}

HWY_INLINE std::size_t left_after(std::size_t count, std::size_t done) {
    return count > done ? count - done : 0;
}

/// Sixteen interleaved lanes, element i in lane i mod 16, whatever the hardware's width.
struct Lanes {
    V part[kParts];

    HWY_INLINE explicit Lanes(float value) {
        for (std::size_t p = 0; p < kParts; ++p) part[p] = set(value);
    }
    /// The tree i + (i + 8), + 4, + 2, + 1.
    HWY_INLINE float sum() const {
        HWY_ALIGN float lane[kLanes];
        for (std::size_t p = 0; p < kParts; ++p) hn::Store(part[p], D(), lane + p * kWidth);
        for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
            for (std::size_t i = 0; i < width; ++i) lane[i] = lane[i] + lane[i + width];
        }
        return lane[0];
    }
    HWY_INLINE float maximum() const {
        HWY_ALIGN float lane[kLanes];
        for (std::size_t p = 0; p < kParts; ++p) hn::Store(part[p], D(), lane + p * kWidth);
        float best = lane[0];
        for (std::size_t i = 1; i < kLanes; ++i) best = lane[i] > best ? lane[i] : best;
        return best + 0.0f;
    }
};

/// exp in fused form: +inf above 88, +0 below -87, NaN stays NaN.
HWY_INLINE V exponential(V x) {
    const hn::RebindToSigned<D> integers;
    const V round = set(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
    const V shifted = fma(x, set(0x1.715476p+0f), round);
    const V n = hn::Sub(shifted, round);
    V r = fma(n, set(-0x1.63p-1f), x);
    r = fma(n, set(0x1.bd0106p-13f), r);
    V q = set(0x1.6a2256p-10f);
    q = fma(q, r, set(0x1.123b02p-7f));
    q = fma(q, r, set(0x1.5558f8p-5f));
    q = fma(q, r, set(0x1.55549p-3f));
    q = fma(q, r, set(0x1.fffffcp-2f));
    const V p = hn::Add(fma(hn::Mul(r, r), q, r), set(1.0f));
    const auto exponent = hn::ShiftLeft<23>(hn::BitCast(integers, shifted));
    const V power = hn::BitCast(D(), hn::Add(exponent, hn::Set(integers, 0x3F800000)));
    V result = hn::Mul(p, power);
    result =
        hn::IfThenElse(hn::Gt(x, set(88.0f)), set(std::numeric_limits<float>::infinity()), result);
    return hn::IfThenElse(hn::Lt(x, set(-87.0f)), set(0.0f), result);
}

HWY_INLINE V sigmoid(V x) { return hn::Div(set(1.0f), hn::Add(set(1.0f), exponential(negate(x)))); }

}  // namespace litura::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
