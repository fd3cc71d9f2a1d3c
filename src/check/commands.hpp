// All commands of `litura-check`, one file each. main.cpp takes the one that the first word names,
// and prints.
#pragma once

#include "check/command.hpp"

namespace litura::check {

/// All with a name; the first word of the command line chooses.
const std::vector<Command>& commands();
/// For any other first word.
const Command& default_command();

}  // namespace litura::check
