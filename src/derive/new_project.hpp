// Making a project on disk.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

/// A new project in `folder`: litura.toml, a copy of the base, secrets, an empty ledger. With
/// `like`, recipe, base, deal secret and orders of another project, and none of its people. `now`
/// makes a test project.
struct NewProject {
    Path folder;
    std::optional<Path> like;
    Path base;  ///< used without `like`
    std::optional<Instant> now;
};
Result<void> create_project(Env& env, const NewProject& wish);

}  // namespace litura::derive
