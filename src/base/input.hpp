// What a user points at, read whole: a document, a letter, a list. Longer things (lists of people, texts to
// train on) have readers of their own.
#pragma once

#include "base/env.hpp"

namespace litura {

/// A document that is longer is Code::bad_input; so is a device or a pipe that does not end by
/// then.
inline constexpr std::size_t kLongestInput = std::size_t{64} << 20;

Result<Bytes> read_document(Env& env, const Path& path);
Result<Bytes> read_standard_input();

}  // namespace litura
