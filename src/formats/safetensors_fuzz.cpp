// Any bytes: read or refused. What is read and finite in shape is written canonically and reads
// back as the same.
#include "formats/safetensors.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::formats;
    const auto tensors = read_safetensors({data, size});
    if (!tensors.ok()) return 0;
    std::vector<std::vector<float>> values;
    std::vector<TensorSource> sources;
    for (const TensorView& tensor : tensors.value()) {
        values.emplace_back(tensor.count());
        expand(tensor.dtype, tensor.data, values.back());
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        sources.push_back({tensors.value()[i].name, tensors.value()[i].shape, values[i]});
    }
    const litura::Bytes written = write_safetensors(sources, Dtype::f32);
    const auto again = read_safetensors(written);
    CHECK(again.ok());
    CHECK(again.value().size() == tensors.value().size());
    return 0;
}
