// A recall in the schema of osv.dev, for scanners that know it.
#pragma once

#include <string>

#include "release/registry.hpp"

namespace litura::release {

/// JSON. It points to the signed statement.
std::string osv_of(const Registry& registry, const Recall& recall);

}  // namespace litura::release
