// Moments as platforms write them. What names no zone is taken as UTC: exports with local times do
// not say whose.
#pragma once

#include "base/time.hpp"

namespace litura::corpus {

/// "2020-01-02T03:04:05Z", also with a space, without seconds, with "+0000", " UTC" or without a
/// zone, and "Wed Oct 10 20:19:24 +0000 2018" (X). Code::bad_input else.
Result<Instant> parse_moment(std::string_view text);

}  // namespace litura::corpus
