// `litura-check key`: the key of a witness or an auditor.
#pragma once

#include "check/command.hpp"

namespace litura::check {

/// FILE NAME: makes the file where there is none; says the verifier keys that others need.
Result<Answer> key_command(Env& env, const Words& words);

}  // namespace litura::check
