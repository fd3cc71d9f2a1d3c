// Bytes of a file in pieces, unpacked where the first bytes say gzip or Zstandard. Knows no format
// beyond these and holds one buffer, however large the file. Files come from strangers: what they
// unpack to is limited.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/env.hpp"
#include "base/result.hpp"

namespace litura::corpus {

/// Fills `out` from the front and says how far; 0 is the end.
using ReadBytes = std::function<Result<std::size_t>(std::span<std::uint8_t> out)>;

/// Code::environment if the file cannot be opened, Code::bad_input if it is a device, a pipe or a
/// folder: what is imported is read several times and ends.
Result<ReadBytes> read_file_in_pieces(const Path& path);

/// The first `size` bytes, or as many as there are.
Result<std::string> head_of(const ReadBytes& bytes, std::size_t size);

struct UnpackLimits {
    std::uint64_t bytes = 64ULL << 30;      ///< unpacked, of one file
    std::uint64_t ratio = 1000;             ///< unpacked : packed ...
    std::uint64_t ratio_from = 1ULL << 20;  ///< ... once this much is unpacked
    int zstd_window_log = 27;               ///< bounds Zstandard's memory: 2^27 bytes
};

/// Code::bad_input where so much came out of so much.
Result<void> check_unpacked(const UnpackLimits& limits, std::uint64_t packed,
                            std::uint64_t unpacked);

/// Plain bytes as they are; gzip (also of several members) and Zstandard (also of several frames)
/// unpacked. Code::bad_input for a broken or cut-off file and for one that unpacks beyond the
/// limits.
class Unpacker {
public:
    explicit Unpacker(ReadBytes source, UnpackLimits limits = {});
    Unpacker(Unpacker&&) noexcept;
    ~Unpacker();
    Result<std::size_t> read(std::span<std::uint8_t> out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The same as a source of bytes.
ReadBytes unpacking(ReadBytes source, UnpackLimits limits = {});

}  // namespace litura::corpus
