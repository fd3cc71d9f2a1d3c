// Looking into other people's JSON, where anything may be missing or of another type.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace litura::corpus {

using JsonPath = std::initializer_list<std::string_view>;

/// The value under these keys, or a null.
const Json& field(const Json& json, JsonPath path);

/// The text there; empty if it is none.
std::string_view text_field(const Json& json, JsonPath path);

/// A number of seconds or milliseconds since 1970, as a number or as text; nothing if it is none or
/// no moment of the years 1970 to 9999.
std::optional<Instant> epoch_field(const Json& json, JsonPath path, std::int64_t units_a_second);

/// Other people that a record names, and every field of its object that is not `used`: what a
/// record keeps sealed. Fields that hold other people's words are to be named as used.
PersonalText rest_of(const Json& object, JsonPath used, const Json& mentions);

}  // namespace litura::corpus
