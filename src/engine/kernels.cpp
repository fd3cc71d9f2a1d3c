// Compiles the kernels once for each instruction set and chooses among the resulting tables.
#include "engine/kernels.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/kernels.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "engine/product-inl.hpp"
#include "engine/rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace litura::engine::HWY_NAMESPACE {

constexpr std::string_view target_name() {
#if HWY_TARGET == HWY_SCALAR
    return "scalar";
#elif HWY_TARGET == HWY_AVX2
    return "avx2";
#elif HWY_TARGET == HWY_AVX3
    return "avx512";
#elif HWY_TARGET == HWY_NEON
    return "neon";
#else
#error "an instruction set that nobody has checked: disable it in src/engine/CMakeLists.txt"
#endif
}

const Kernels* table() {
    static constexpr Kernels kTable = {
        .name = target_name(),
        .tile_rows = kTileRows,
        .tile_columns = kTileColumns,
        .pack_left = pack_left,
        .pack_right = pack_right,
        .tile = tile,
        .dot = dot,
        .add = add,
        .scale = scale,
        .divide = divide,
        .exp = exp_of,
        .rms_norm = rms_norm,
        .rms_norm_backward = rms_norm_backward,
        .norm_weight = norm_weight,
        .rotate = rotate,
        .rotate_back = rotate_back,
        .swiglu = swiglu,
        .swiglu_backward = swiglu_backward,
        .softmax = softmax,
        .attention_backward = attention_backward,
        .adamw = adamw,
    };
    return &kTable;
}

}  // namespace litura::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litura::engine {
namespace {

HWY_EXPORT(table);

/// Highway chooses once and for the whole process; asking it for one target after the other gives
/// us every table this machine can run, and from then on we choose.
std::vector<const Kernels*> collect() {
    std::vector<const Kernels*> tables;
    const auto supported = hwy::SupportedTargets();
    for (const auto target : hwy::SupportedAndGeneratedTargets()) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        tables.push_back(HWY_DYNAMIC_DISPATCH(table)());
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(supported);
    return tables;
}

}  // namespace

std::span<const Kernels* const> available_kernels() {
    static const std::vector<const Kernels*> tables = collect();
    return tables;
}

Result<const Kernels*> choose_kernels() {
    const char* wanted = std::getenv("LITURA_SIMD");
    if (wanted == nullptr || *wanted == '\0') return available_kernels().front();
    for (const Kernels* kernels : available_kernels()) {
        if (kernels->name == wanted) return kernels;
    }
    return Error{Code::bad_input, "this machine has no such kernels", "LITURA_SIMD",
                 "use scalar, avx2 or avx512, or unset it"};
}

const Kernels& chosen_kernels() {
    const Result<const Kernels*> kernels = choose_kernels();
    CHECK(kernels.ok());
    return *kernels.value();
}

}  // namespace litura::engine
#endif
