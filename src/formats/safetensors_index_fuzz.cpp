// Any bytes: read or refused. What is read names no file outside of the folder.
#include "formats/safetensors_index.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::formats;
    const auto index = read_safetensors_index({reinterpret_cast<const char*>(data), size});
    if (!index.ok()) return 0;
    CHECK(!index.value().empty());
    for (const auto& [tensor, file] : index.value()) {
        CHECK(file.find('/') == std::string::npos && file[0] != '.' && file.size() > 12);
    }
    return 0;
}
