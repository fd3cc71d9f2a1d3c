// Any bytes as a statement and as an attestation: read or refused, and written as they were.
#include "proof/statement.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::proof;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto read = parse_statement(text); read.ok()) CHECK(read.value().text() == text);
    if (const auto read = parse_attestation(text); read.ok()) CHECK(read.value().text() == text);
    return 0;
}
