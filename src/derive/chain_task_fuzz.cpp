// Tasks that come from a shared folder.
#include "derive/chain_task.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const litura::ByteView bytes(data, size);
    const auto task = litura::derive::decode_chain_task(bytes);
    if (task.ok()) CHECK(task.value().encode() == litura::Bytes(bytes.begin(), bytes.end()));
    return 0;
}
