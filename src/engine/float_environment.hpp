// The processor's floating-point settings, which a library or a parent process may have changed:
// results hold only with rounding to nearest and with subnormals kept.
#pragma once

#include <span>

#include "base/result.hpp"
#include "engine/team.hpp"

namespace litura::engine {

/// Of the calling thread. Code::broken if something changed them.
Result<void> check_float_environment();
/// Of every thread of the team, since each has its own control register.
Result<void> check_float_environment(const Team& team);

/// Code::bad_input if a value is infinite or not a number: training went astray.
Result<void> check_finite(std::span<const float> values);

}  // namespace litura::engine
