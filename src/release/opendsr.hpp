// OpenDSR 2.0, as far as files go: the request that a controller sends to us as its processor, as
// an HTTP message with the signature in a header, and the answer. The endpoints come with the
// service; our own answers are not signed yet.
//
//   file := header lines, an empty line, the JSON body
//   X-OpenDSR-Signature (or X-OpenGDPR-Signature): base64 of RSA over SHA-256 of the body
#pragma once

#include "base/json.hpp"
#include "base/secret.hpp"
#include "ledger/types.hpp"

namespace litura::release {

struct DsrRequest {
    std::string id;  ///< UUID, version 4
    ledger::RequestKind kind = ledger::RequestKind::access;
    Instant submitted;
    std::vector<PersonalText> names;  ///< under which the person may be known here; plain ones
    bool hashed_names = false;        ///< others were given as digests: nobody is found by them
    std::string body;
};
/// `certificate`: a PEM certificate or public key. Code::check_failed unless its key signed the
/// body; Code::bad_input for what is no request.
Result<DsrRequest> read_opendsr(std::string_view file, std::string_view certificate);

/// The body of the answer 201. The same for a person who is known and for one who is not.
Json opendsr_accepted(const DsrRequest& request, Instant received, Instant due);
/// The body of the answer 400; it holds nothing that identifies anybody.
Json opendsr_error(const Error& error);

}  // namespace litura::release
