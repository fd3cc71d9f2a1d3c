// One compression as a machine that is fed and drained. What the Unpacker needs of zlib and
// libzstd, each behind its own file.
#pragma once

#include <memory>
#include <span>

#include "base/result.hpp"

namespace litura::corpus {

class Codec {
public:
    virtual ~Codec() = default;

    struct Step {
        std::size_t taken = 0, given = 0;
        bool between = false;  ///< a member or frame ended: the file may end here
    };
    /// Code::bad_input where the bytes are none of this compression's. After `between` the next
    /// step begins another member.
    virtual Result<Step> step(std::span<const std::uint8_t> in, std::span<std::uint8_t> out) = 0;
};

Result<std::unique_ptr<Codec>> gzip_codec();
/// A frame that wants a window of more than 2^window_log bytes is refused.
Result<std::unique_ptr<Codec>> zstd_codec(int window_log);

}  // namespace litura::corpus
