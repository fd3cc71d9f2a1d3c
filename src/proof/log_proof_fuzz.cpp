// Any bytes as a proof and as a witness's request: read or refused, and written as they were.
#include "proof/log_proof.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura::proof;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto proof = parse_log_proof(text); proof.ok()) {
        CHECK(proof.value().encode() == text);
        CHECK(!verify_logged({}, proof.value(), {}).ok());
    }
    if (const auto request = parse_witness_request(text); request.ok())
        CHECK(request.value().encode() == text);
    return 0;
}
