// `litura-check apply`: from the weights somebody has to those of the successor.
#pragma once

#include "check/command.hpp"

namespace litura::check {

/// PATCH OLD --out NEW: opens with OLD's own bytes, compares the result with the patch's digest,
/// and only then puts it in place. Whether NEW may be used is the channel's to say.
Result<Answer> apply_command(Env& env, const Words& words);

}  // namespace litura::check
