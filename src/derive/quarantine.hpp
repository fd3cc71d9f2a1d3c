// Quarantine: nodes that saw a record which is not admitted now, but may be again (a restriction
// lifted, a new consent). They are asked for by nobody, and are purged when their time is over.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

/// Nodes with a record that is not admitted wait; those of people who are back are present again;
/// those that waited longer than the policy's quarantine_days are marked for purging.
Result<void> refresh_quarantine(Project& project);

}  // namespace litura::derive
