// Opening a project for a command or a service: connected to, compared with its anchored head, and
// what a killed process left half done is finished.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

/// Code::forbidden for a project that is older than its anchored head or its mirror (custody.hpp).
/// From here on every refusal is anchored when its transaction ends.
Result<std::unique_ptr<Project>> open_and_resume(Opening how);

}  // namespace litura::derive
