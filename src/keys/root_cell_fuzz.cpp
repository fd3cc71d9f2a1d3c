// Any bytes as the file of the root key: a root is read only from a slot that is sound, and where
// it stands.
#include "base/digest.hpp"
#include "keys/root_cell.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace litura;
    Bytes cell(data, data + size);
    keys::RootSlots slots = keys::parse_roots(cell);
    CHECK(slots.roots.size() <= 2);
    CHECK(slots.roots.empty() || size == 1024);
    for (std::uint8_t& byte : cell) byte ^= 1;
    CHECK(keys::parse_roots(cell).roots.empty());
    return 0;
}
