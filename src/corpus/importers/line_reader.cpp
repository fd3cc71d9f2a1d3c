// Reads lines of bounded length from a stream.
#include "corpus/importers/line_reader.hpp"

#include <algorithm>

namespace litura::corpus {
namespace {

constexpr std::size_t kBufferSize = 1 << 16;

}  // namespace

Result<bool> LineReader::refill() {
    buffer_.resize(kBufferSize);
    at_ = filled_ = 0;
    auto read = source_(buffer_);
    if (!read.ok()) {
        Error error = std::move(read).error();
        error.where = "line " + std::to_string(number_ + 1);
        return error;
    }
    filled_ = *read;
    return filled_ > 0;
}

bool LineReader::take() {
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto filled = buffer_.begin() + static_cast<std::ptrdiff_t>(filled_);
    const auto end = std::find(begin, filled, '\n');
    const auto length = static_cast<std::size_t>(end - begin);
    const std::size_t room = std::min(length, longest_ - line_.size());
    line_.append(begin, begin + static_cast<std::ptrdiff_t>(room));
    whole_ = whole_ && room == length;
    at_ += length + (end == filled ? 0 : 1);
    return end != filled;
}

Result<std::optional<Line>> LineReader::next() {
    line_.clear();
    whole_ = true;
    bool begun = false;
    while (true) {
        if (at_ == filled_ && !TRY(refill())) {
            if (!begun) return std::optional<Line>();
            break;
        }
        begun = true;
        if (take()) break;
    }
    return std::optional<Line>(Line{line_, ++number_, whole_});
}

}  // namespace litura::corpus
