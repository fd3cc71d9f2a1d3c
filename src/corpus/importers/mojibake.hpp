// Facebook and Instagram write each byte of UTF-8 as a code point of its own ("\u00c3\u00a9" for
// "é"); some of their exports do not. Whether a file is of the one kind or the other is decided
// once for the file, and then each string is repaired once, after its JSON was decoded.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace litura::corpus {

/// Looks at a whole JSON file: a byte of 0x80 or above, or an escape above U+00FF, is something
/// that a writer of single bytes would not have written.
class MojibakeScan {
public:
    void take(std::span<const std::uint8_t> bytes);
    bool clean() const { return clean_; }

private:
    enum class State { plain, escape, digits };
    State state_ = State::plain;
    int digits_ = 0;
    unsigned point_ = 0;
    bool clean_ = false;
};

/// The string whose bytes these code points are. Unchanged if a code point is above U+00FF, if all
/// are ASCII, or if the bytes are not UTF-8.
std::string repaired(std::string_view text);

/// Every string and every key in it.
Json repaired_json(const Json& json);

}  // namespace litura::corpus
