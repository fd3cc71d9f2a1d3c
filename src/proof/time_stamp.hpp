// Time stamps of a time-stamping authority (RFC 3161), by file: a request is written, the response
// is checked. By OpenSSL's libcrypto. Nothing is asked over a network.
#pragma once

#include <string_view>

#include "base/digest.hpp"
#include "base/time.hpp"

namespace litura::proof {

/// A TimeStampReq (DER) for this SHA-256 digest, asking for the authority's certificate. Without a
/// nonce: the digest is new, and a response is a file that may come much later.
Bytes time_stamp_request(const Digest& digest);

/// When the digest existed, at the latest, by a TimeStampResp (DER) that one of `authorities` (PEM
/// certificates) vouches for. Code::check_failed if it does not.
Result<Instant> verify_time_stamp(const Digest& digest, ByteView response,
                                  std::string_view authorities);

}  // namespace litura::proof
