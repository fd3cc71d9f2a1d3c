// Canonical JSON, and public keys as The Update Framework 1.0 writes and names them.
#pragma once

#include <string>

#include "base/json.hpp"
#include "proof/signature.hpp"

namespace litura::proof {

/// OLPC canonical JSON. Code::bad_input for a number with a fraction.
Result<std::string> canonical_json(const Json& json);

Json key_json(const PublicKey& key);
/// SHA-256 of the canonical JSON of the key, in hex.
std::string key_id(const PublicKey& key);

}  // namespace litura::proof
