// Any bytes as a list of members: one that is itself again, or a refusal.
#include "ledger/class_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    using ledger::MemberList;
    const auto parsed = MemberList::parse({data, size});
    if (!parsed.ok()) {
        CHECK(parsed.error().code == Code::bad_input);
        return 0;
    }
    CHECK(parsed.value().size() >= 1 && parsed.value().size() <= size / 32);
    CHECK(!parsed.value().root().is_zero());
    return 0;
}
