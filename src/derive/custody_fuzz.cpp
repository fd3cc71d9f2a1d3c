// Any bytes as litura.head: what is read is written so that it reads the same.
#include "derive/mirror.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    const auto anchor = derive::parse_anchor({data, size});
    if (!anchor.ok()) {
        CHECK(anchor.error().code == Code::broken);
        return 0;
    }
    const auto again = derive::parse_anchor(derive::encode_anchor(anchor.value()));
    CHECK(again.ok());
    CHECK(again.value().generation == anchor.value().generation);
    CHECK(again.value().head.seq == anchor.value().head.seq);
    CHECK(again.value().head.hash == anchor.value().head.hash);
    return 0;
}
