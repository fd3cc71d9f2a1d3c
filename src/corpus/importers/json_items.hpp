// A JSON file that is a list of things, under one of several names, or one thing by itself.
#pragma once

#include "corpus/importers/format.hpp"

namespace litura::corpus {

using TakeJson = std::function<Result<void>(const Json& thing)>;

/// Gives every element of the lists at the paths `lists` (JsonPieces) to `item`, or else the whole
/// document to `alone`, if it is an object. What cannot be parsed, and a document by itself that is
/// longer than a value may be, is rejected.
Result<void> take_items(const Member& member, std::vector<std::string_view> lists, Intake& intake,
                        const TakeJson& item, const TakeJson& alone);

}  // namespace litura::corpus
