// Any bytes: read or refused. What is read is written canonically and reads back as the same.
#include "formats/llama_config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::formats;
    const auto config = parse_llama_config({reinterpret_cast<const char*>(data), size});
    if (!config.ok()) return 0;
    const auto again = parse_llama_config(to_config_json(config.value()));
    CHECK(again.ok());
    CHECK(again.value() == config.value());
    return 0;
}
