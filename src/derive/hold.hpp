// A legal hold (GDPR Art. 17(3)(e)): what an erasure or a rectification destroys of the records
// that an order names is first sealed to the holder's public key, into
// `.litura/holds/ORDER/REQUEST`. The reading key is never here: the project keeps bytes that it
// cannot open and that no command reads back. They go when the order ends or is lifted, so that the
// hold expires into the erasure.
#pragma once

#include "derive/project.hpp"

namespace litura::derive {

/// Before anything is destroyed for the request. Again is the same file again.
Result<void> seal_to_holds(Project& project, const ledger::Request& request);

/// Destroys what holds kept that have ended or were lifted. Cheap where there are none.
Result<void> expire_holds(Project& project);

}  // namespace litura::derive
