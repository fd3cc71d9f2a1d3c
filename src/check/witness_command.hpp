// `litura-check witness`: what somebody runs who remembers what a log said, so that it cannot tell
// two stories. Requests and answers are files or pipes; docs/proof.md has the round trip.
#pragma once

#include "check/command.hpp"

namespace litura::check {

/// REQUEST --key FILE --name NAME --log VKEY --state FOLDER [--at T]: the cosignature of the head,
/// once it is remembered. Exit 1 for a fork, 3 for a request that starts elsewhere than at the last
/// head.
Result<Answer> witness_command(Env& env, const Words& words);

}  // namespace litura::check
