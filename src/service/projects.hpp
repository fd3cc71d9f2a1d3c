// New projects.
#pragma once

#include <optional>

#include "base/env.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace litura::service {

struct NewProject {
    Path folder;
    std::optional<Path> like;  ///< recipe, base and deal secret of this one, none of its people
    Path base;                 ///< without `like`; empty: the one that is shipped with the program
    std::optional<Instant> now;  ///< makes a test project
};
struct Created {
    Path folder;
    bool test_clock = false;
};
/// With an empty statement of who the operator is, if there is none yet. A base that cannot be
/// loaded is refused now, not when deriving.
Result<Created> create_project(Env& env, const NewProject& wish);
Json to_json(const Created& created);

}  // namespace litura::service
