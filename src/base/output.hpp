// A program's answer on standard output: delivered in full, or an error. Nothing here throws or
// ends the process, whatever standard output is.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace litura {

/// Writes `text` and a line end. Code::environment if not all of it arrived: a full disk, a closed
/// pipe, no standard output at all.
Result<void> deliver(std::string_view text);

/// What a program ends with: its answer or an error, and the exit status that goes with it.
class Output {
public:
    /// `program`: its name, which stands before errors.
    explicit Output(std::string_view program) : program_(program) {}
    /// Delivers an answer: `status`, or that of the failure to.
    int answer(std::string_view text, int status) const;
    /// An error: delivered as one JSON object, or said on standard error.
    int error(const Error& error, bool json) const;
    /// On standard error, for people.
    void complain(const Error& error) const;

private:
    std::string_view program_;
};

}  // namespace litura
