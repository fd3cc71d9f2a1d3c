// Any bytes: marking ends, is idempotent, and no line that begins with "> " is left.
#include "base/result.hpp"
#include "corpus/marks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string once = litura::corpus::effective_text(text);
    CHECK(litura::corpus::effective_text(once) == once);
    CHECK(!once.starts_with("> ") && once.find("\n> ") == once.npos);
    return 0;
}
