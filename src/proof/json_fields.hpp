// Fields of other people's JSON: there, and of the right kind, or nothing.
#pragma once

#include <string>

#include "base/json.hpp"

namespace litura::proof {

/// A member of an object; nullptr also where `json` is none.
inline const Json* field_in(const Json& json, const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found == json.end() ? nullptr : &*found;
}

/// nullptr unless the member is a text.
inline const std::string* text_in(const Json& json, const char* name) {
    const Json* found = field_in(json, name);
    return found != nullptr && found->is_string() ? found->get_ptr<const std::string*>() : nullptr;
}

/// Empty unless the member is a text.
inline std::string text_or_empty(const Json& json, const char* name) {
    const std::string* found = text_in(json, name);
    return found == nullptr ? std::string() : *found;
}

}  // namespace litura::proof
