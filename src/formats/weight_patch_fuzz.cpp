// Any bytes as a patch, as a plan, and as a plan with contents for a small file: refused, or what
// comes out is as large as the plan says; what is read is written again as it was.
#include <algorithm>

#include "formats/weight_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using namespace litura::formats;
    const ByteView bytes(data, size);
    if (auto patch = parse_weight_patch(bytes)) CHECK(std::ranges::equal(patch->encode(), bytes));
    static const std::vector<float> values(64, 0.5f);
    static const Bytes old =
        write_safetensors(std::vector<TensorSource>{{"a", {64}, values}}, Dtype::f32);
    auto plan = parse_patch_plan(bytes);
    if (!plan) return 0;
    CHECK(std::ranges::equal(plan->encode(), bytes));
    const std::vector<Bytes> contents(plan->tensors.size(), plan->header);
    auto out = apply_patch(old, plan.value(), contents);
    if (out) CHECK(out->size() >= plan->header.size());
    return 0;
}
