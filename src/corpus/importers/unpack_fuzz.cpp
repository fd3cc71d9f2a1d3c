// Any bytes as a file: read to its end or to an error, the same however they arrive, never beyond
// the limits.
#include <algorithm>

#include "corpus/importers/unpack.hpp"

namespace {

using namespace litura;
constexpr corpus::UnpackLimits kLimits = {.bytes = 1 << 20, .ratio = 100, .ratio_from = 1 << 16};

// The ratio is that of what was read so far, which depends on the pieces; this one is never
// reached.
constexpr corpus::UnpackLimits kAnyRatio = {.bytes = kLimits.bytes, .ratio = kLimits.bytes};

struct Read {
    bool ok = true;
    std::uint64_t bytes = 0;
    bool operator==(const Read&) const = default;
};

Read read_all(ByteView file, std::size_t piece, const corpus::UnpackLimits& limits) {
    corpus::Unpacker unpacker(
        [file, piece, at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
            const std::size_t count = std::min({out.size(), piece, file.size() - at});
            std::copy_n(file.data() + at, count, out.data());
            at += count;
            return Result<std::size_t>(count);
        },
        limits);
    Bytes buffer(4096);
    Read read;
    while (true) {
        const auto count = unpacker.read(buffer);
        if (!count.ok() || count.value() == 0) {
            read.ok = count.ok();
            return read;
        }
        read.bytes += count.value();
        CHECK(read.bytes <= limits.bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const ByteView file(data, size);
    read_all(file, size + 1, kLimits);
    const Read at_once = read_all(file, size + 1, kAnyRatio);
    CHECK(!at_once.ok || read_all(file, 3, kAnyRatio) == at_once);
    return 0;
}
