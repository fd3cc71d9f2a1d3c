// The constants of the canonical arithmetic (docs/canonical-arithmetic.md). Changing one is a new
// profile.
#pragma once

#include <cstddef>
#include <string_view>

namespace litura::engine {

/// Names the rules that the bits of every model follow; it is part of every node's key.
inline constexpr std::string_view kProfile = "f32-k512-v1";

/// A sum of products is cut along k into chunks of this many terms.
inline constexpr std::size_t kChunk = 512;

/// A reduction over a row keeps this many interleaved partial sums.
inline constexpr std::size_t kLanes = 16;

}  // namespace litura::engine
