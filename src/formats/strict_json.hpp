// JSON inside other people's files: duplicate keys, deep nesting and broken text are errors.
// base/json.hpp is for our own documents (it keeps key order, so that large objects cost quadratic
// time); this one sorts.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.hpp"

namespace litura::formats {

using StrictJson = nlohmann::json;

/// One object, nothing after it. `where` names the file in errors.
Result<StrictJson> parse_strict_json(std::string_view text, std::string_view where);

}  // namespace litura::formats
