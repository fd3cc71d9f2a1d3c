#include "proof/dsse.hpp"

#include <algorithm>

#include "proof/base64.hpp"
#include "proof/json_fields.hpp"
#include "proof/canonical_json.hpp"

namespace litura::proof {
namespace {

constexpr std::size_t kSignaturesMax = 16;

Error malformed() {
    return {Code::bad_input, "not a DSSE envelope", "", "check that the file is complete"};
}

}  // namespace

Bytes signed_bytes(std::string_view type, ByteView payload) {
    const std::string head = "DSSEv1 " + std::to_string(type.size()) + " " + std::string(type) +
                             " " + std::to_string(payload.size()) + " ";
    Bytes out(head.begin(), head.end());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}

Envelope sign_envelope(std::string type, std::string_view payload, const SigningKey& key) {
    Envelope envelope{std::move(type), {payload.begin(), payload.end()}, {}};
    const Signature signature = key.sign(signed_bytes(envelope.type, envelope.payload));
    envelope.signatures.push_back({key_id(key.public_key()), {signature.begin(), signature.end()}});
    return envelope;
}

bool is_signed_by(const Envelope& envelope, const PublicKey& key) {
    const Bytes message = signed_bytes(envelope.type, envelope.payload);
    return std::ranges::any_of(envelope.signatures, [&](const Envelope::Signed& one) {
        return verify_signature(key, message, one.signature);
    });
}

Json to_json(const Envelope& envelope) {
    Json json = {{"payload", base64(envelope.payload)},
                 {"payloadType", envelope.type},
                 {"signatures", Json::array()}};
    for (const Envelope::Signed& one : envelope.signatures)
        json["signatures"].push_back({{"keyid", one.keyid}, {"sig", base64(one.signature)}});
    return json;
}

Result<Envelope> parse_envelope(std::string_view text) {
    const Json json = TRY(parse_json(text, "envelope"));
    const std::string* payload = text_in(json, "payload");
    const std::string* type = text_in(json, "payloadType");
    if (payload == nullptr || type == nullptr || !json.contains("signatures")) return malformed();
    const Json& signatures = json["signatures"];
    if (!signatures.is_array() || signatures.empty() || signatures.size() > kSignaturesMax)
        return malformed();
    Envelope out;
    out.type = *type;
    out.payload = TRY(from_base64(*payload));
    for (const Json& one : signatures) {
        const std::string* signature = text_in(one, "sig");
        const std::string* keyid = text_in(one, "keyid");
        if (signature == nullptr) return malformed();
        Bytes bytes = TRY(from_base64(*signature));
        out.signatures.push_back({keyid != nullptr ? *keyid : "", std::move(bytes)});
    }
    return out;
}

}  // namespace litura::proof
