// Preferences that people of the AT protocol set in their repositories, in either vocabulary: read in
// archives (bluesky.cpp) and alone (signal.hpp).
#pragma once

#include <functional>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"

namespace litura::corpus {

inline constexpr std::string_view kUserIntents = "org.user-intents.declaration";
inline constexpr std::string_view kAiPreference = "community.lexicon.preference.ai";

/// What stands against training, with its moment (0: not told). A preference for a named company is
/// not about us, and one that permits decides nothing.
void for_refusals(std::string_view collection, const Json& record,
                  const std::function<void(Instant)>& each);

}  // namespace litura::corpus
