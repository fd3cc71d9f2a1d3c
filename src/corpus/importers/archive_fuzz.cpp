// Any bytes as a tar, and as a zip: read to its end or to an error, within the limits, and no name
// leaves its folder.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "corpus/importers/archive.hpp"

namespace {

using namespace litura;
using namespace litura::corpus;

ArchiveLimits limits() {
    ArchiveLimits limits;
    limits.unpack = {.bytes = 1 << 20, .ratio = 100, .ratio_from = 1 << 16};
    limits.entries = 100;
    return limits;
}

const VisitFile kVisit = [](const std::string& name, const ReadBytes& bytes) -> Result<void> {
    CHECK(!name.starts_with('/') && name != ".." && !name.starts_with("../"));
    Bytes buffer(4096);
    std::uint64_t read = 0;
    while (const std::size_t count = TRY(bytes(buffer))) {
        read += count;
        CHECK(read <= 4U << 20);
        if (read > 1U << 20) break;
    }
    return done();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const ReadBytes source = [data, size,
                              at = std::size_t{0}](std::span<std::uint8_t> out) mutable {
        const std::size_t count = std::min(out.size(), size - at);
        std::copy_n(data + at, count, out.data());
        at += count;
        return Result<std::size_t>(count);
    };
    (void)each_in_tar(source, limits(), kVisit).ok();

    const int file = memfd_create("archive", 0);
    CHECK(file >= 0 && write(file, data, size) == static_cast<ssize_t>(size));
    (void)each_in_zip("/proc/self/fd/" + std::to_string(file), limits(), kVisit).ok();
    close(file);
    return 0;
}
