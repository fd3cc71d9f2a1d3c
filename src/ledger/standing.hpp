// What whoever asked is told of a request's state.
#pragma once

#include "ledger/types.hpp"

namespace litura::ledger {

/// Where a request stands in one word, for whoever asked: to_classify, need_authority,
/// need_verification, in_progress, fulfilled, partially_fulfilled, denied, revoked. Partially:
/// denied after it took the person out of the model, where they stay out.
std::string_view standing_of(const Request& request);

}  // namespace litura::ledger
