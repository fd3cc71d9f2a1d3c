// Any bytes as passages: refused, or written again as they were.
#include "memory/passages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    const ByteView bytes(data, size);
    const auto passages = memory::Passages::parse(bytes);
    if (!passages.ok()) {
        CHECK(passages.error().code == Code::broken);
        return 0;
    }
    const Bytes again = passages.value().bytes();
    CHECK(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
    return 0;
}
