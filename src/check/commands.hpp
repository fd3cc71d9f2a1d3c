// The commands of `litura-check`, one file each: a function from words to an Outcome. main.cpp says
// which word starts which, and prints.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"

namespace litura::check {

/// JSON for scripts and text for people, saying the same; the exit status is part of the answer.
struct Outcome {
    Json json;
    std::string text;
    int status = 0;
};

/// The words after the command's own; options among them.
using Words = std::vector<std::string>;

struct Command {
    const char* name;
    const char* usage;  ///< lines for --help
    std::function<Result<Outcome>(Env&, const Words&)> run;
};

/// All with a name; the first word of the command line chooses.
const std::vector<Command>& commands();
/// For any other first word.
const Command& default_command();

}  // namespace litura::check
