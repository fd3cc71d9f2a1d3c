// Any bytes as a checkpoint and as a policy: read or refused. A checkpoint is written as it was.
#include "proof/checkpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::proof;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto head = parse_checkpoint(text); head.ok()) CHECK(head.value().text() == text);
    const auto policy = parse_policy(text);
    if (!policy.ok()) return 0;
    const Note nobody{text.empty() ? std::string() : std::string(text), {}};
    CHECK(!verify_checkpoint(nobody, policy.value()).ok());
    return 0;
}
