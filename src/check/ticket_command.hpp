// `litura-check ticket`: what a person runs at home.
#pragma once

#include "check/command.hpp"

namespace litura::check {

/// FILE [--policy FILE] [--authorities PEM] [--at T]: asks for the identifier on the terminal, or
/// reads it from standard input; three lines: PROVED, ATTESTED, NOT COVERED.
Result<Answer> ticket_command(Env& env, const Words& words);

}  // namespace litura::check
