// The certificate of a request: what happened, when, and what shows it; in plain words and for
// machines, signed by the project. It says what is recorded and measured, moment by moment, never
// one word "done", and what it does not cover.
#pragma once

#include "base/json.hpp"
#include "derive/project.hpp"
#include "proof/note.hpp"

namespace litura::release {

struct Certificate {
    Json json;
    proof::Note note;  ///< the plain words, signed under the log's name
};

/// Code::bad_input if there is no such request.
Result<Certificate> certify(derive::Project& project, std::string_view request);

}  // namespace litura::release
