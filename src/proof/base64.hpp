// Base 64 (RFC 4648 section 4, with padding), as notes, logs and signatures write bytes. Not
// base64url.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace litura::proof {

std::string base64(ByteView bytes);

/// Only the one canonical text of some bytes: padded, no white space, no stray bits.
/// Code::bad_input otherwise.
Result<Bytes> from_base64(std::string_view text);

}  // namespace litura::proof
