// Any bytes as a signed note: read or refused. What is read is written as it was.
#include "proof/note.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::proof;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto note = parse_note(text); note.ok()) CHECK(note.value().encode() == text);
    if (const auto key = parse_verifier_key(text); key.ok()) CHECK(key.value().text() == text);
    return 0;
}
