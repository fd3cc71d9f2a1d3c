// Lines of a file, one after the other, in bounded memory: what is longer than the limit is passed
// over and said so.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "corpus/importers/unpack.hpp"

namespace litura::corpus {

struct Line {
    std::string_view text;     ///< without its end; valid until the next call
    std::uint64_t number = 0;  ///< from 1
    bool whole = true;         ///< false: longer than the limit, text is its beginning
};

class LineReader {
public:
    LineReader(ReadBytes source, std::size_t longest)
        : source_(std::move(source)), longest_(longest) {}

    /// The next line; nothing at the end. An error names the line and ends the reading; a line cut
    /// off by it is not handed out.
    Result<std::optional<Line>> next();

private:
    Result<bool> refill();
    /// Takes bytes over up to the end of the line or of the buffer. True if the line is complete.
    bool take();

    ReadBytes source_;
    std::size_t longest_;
    Bytes buffer_;
    std::size_t at_ = 0, filled_ = 0;
    std::string line_;
    bool whole_ = true;
    std::uint64_t number_ = 0;
};

}  // namespace litura::corpus
