// DSSE envelopes (secure-systems-lab/dsse, protocol 1): bytes, the name of their type, and
// signatures over both.
//
// clang-format off
//   envelope := {"payload": BASE64, "payloadType": TYPE, "signatures": [{"keyid": ID, "sig": BASE64} ..]}
//   signed   := "DSSEv1 " LENGTH " " TYPE " " LENGTH " " PAYLOAD      lengths in decimal, of bytes
// clang-format on
//
// Which keys count, and what the payload says, is the business of the reader.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "proof/signature.hpp"

namespace litura::proof {

inline constexpr std::string_view kStatementType = "application/vnd.in-toto+json";
/// What such a payload names as its "_type".
inline constexpr std::string_view kStatementForm = "https://in-toto.io/Statement/v1";

struct Envelope {
    struct Signed {
        std::string keyid;  ///< a hint only; may be empty
        Bytes signature;
    };
    std::string type;
    Bytes payload;
    std::vector<Signed> signatures;
};

/// The bytes that are signed.
Bytes signed_bytes(std::string_view type, ByteView payload);

/// By one Ed25519 key; `keyid` is the key_id() of the channel's metadata.
Envelope sign_envelope(std::string type, std::string_view payload, const SigningKey& key);
bool is_signed_by(const Envelope& envelope, const PublicKey& key);

Json to_json(const Envelope& envelope);
/// Limits: 16 signatures. Code::bad_input for anything but an envelope.
Result<Envelope> parse_envelope(std::string_view json);

}  // namespace litura::proof
