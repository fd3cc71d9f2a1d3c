// A command of `litura-check`: a function from words to an Answer.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"

namespace litura::check {

/// JSON for scripts and text for people, saying the same; the exit status is part of the answer.
struct Answer {
    Json json;
    std::string text;
    int status = 0;
};

/// The words after the command's own; options among them.
using Words = std::vector<std::string>;

struct Command {
    const char* name;
    const char* usage;  ///< lines for --help
    std::function<Result<Answer>(Env&, const Words&)> run;
};

}  // namespace litura::check
