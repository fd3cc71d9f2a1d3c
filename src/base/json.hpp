// JSON documents, by nlohmann-json, with limits on other people's bytes. Bulk imports use simdjson
// instead (corpus/). Key order is kept, so what we write is stable.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace litura {

using Json = nlohmann::ordered_json;

/// Parses one document. Code::bad_input with `where` for broken JSON, deeper than 64 levels, an
/// object of more than 10,000 keys, with a NUL, or not UTF-8. Of equal keys the last counts.
Result<Json> parse_json(std::string_view text, std::string_view where);

/// Adds a member whose key the object does not have: without looking for it, which would cost the
/// square of their number in a large object.
void append_member(Json& object, std::string key, Json value);

/// Compact text; invalid UTF-8 becomes U+FFFD.
std::string compact(const Json& json);

}  // namespace litura
