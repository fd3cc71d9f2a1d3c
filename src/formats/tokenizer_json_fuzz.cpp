// Any bytes: read or refused. What is read is written canonically and reads back as the same.
#include "formats/tokenizer_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::formats;
    const auto model = read_tokenizer_json({reinterpret_cast<const char*>(data), size});
    if (!model.ok()) return 0;
    const auto again = read_tokenizer_json(write_tokenizer_json(model.value()));
    CHECK(again.ok());
    CHECK(again.value() == model.value());
    return 0;
}
