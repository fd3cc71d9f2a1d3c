// Any bytes: read or refused; what is read lies inside the file, and can be recognised.
#include "formats/gguf_reader.hpp"
#include "formats/tensor_identity.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::formats;
    const litura::ByteView file(data, size);
    const auto read = read_gguf(file);
    if (!read.ok()) return 0;
    for (const GgufTensor& tensor : read.value().tensors) {
        if (tensor.data.empty()) continue;
        CHECK(tensor.data.data() >= data && tensor.data.data() + tensor.data.size() <= data + size);
    }
    CHECK(weight_identity(file).ok());
    return 0;
}
