// Words of a command line, sorted: what stands alone, and `--name value`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace litura::check {

/// Most bytes of a policy, a request or another small document.
inline constexpr std::size_t kDocumentMax = 1u << 20;
/// A whole file or pipe. Code::bad_input if it holds more than `most` bytes or never ends.
Result<std::string> read_document(const std::string& path, std::size_t most);

struct Options {
    std::vector<std::string> words;
    std::map<std::string, std::string>
        values;  ///< by name, without the dashes; the last one counts

    /// Empty if not given.
    std::string get(const std::string& name) const;
};

inline constexpr std::size_t kAnyCount = static_cast<std::size_t>(-1);

/// Every `--name` must be one of `names` and be followed by its value. Code::bad_input otherwise,
/// or unless exactly `count` words stand alone (kAnyCount: any number).
Result<Options> parse_options(const std::vector<std::string>& words,
                              const std::vector<std::string>& names, std::size_t count);

}  // namespace litura::check
