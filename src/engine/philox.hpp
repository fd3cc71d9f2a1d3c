// Philox4x32-10 (Salmon et al. 2011): random numbers as a function of a key and a counter. Nothing
// is remembered between calls, so a number depends only on what it is for.
#pragma once

#include <array>
#include <cstdint>

namespace litura::engine {

using PhiloxKey = std::array<std::uint32_t, 2>;
using PhiloxBlock = std::array<std::uint32_t, 4>;

PhiloxBlock philox(PhiloxBlock counter, PhiloxKey key);

}  // namespace litura::engine
