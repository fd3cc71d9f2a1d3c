#include "release/opendsr.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>

#include "base/text.hpp"
#include "proof/base64.hpp"
#include "proof/json_fields.hpp"
#include "proof/owned.hpp"

namespace litura::release {
namespace {

using ledger::RequestKind;

constexpr std::size_t kDsrBytesMax = 1 << 20, kIdentitiesMax = 1000, kDsrFieldBytesMax = 4096;

using Pkey = proof::Owned<EVP_PKEY, EVP_PKEY_free>;
using Memory = proof::Owned<BIO, BIO_free>;
using X509Certificate = proof::Owned<X509, X509_free>;
using Context = proof::Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

Error no_opendsr(std::string_view what) {
    return {Code::bad_input, "not a request of OpenDSR: " + std::string(what), "",
            "give the HTTP message as it came: headers, an empty line, the body"};
}

Memory over(std::string_view bytes) {
    return Memory(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

Result<Pkey> rsa_key(std::string_view pem) {
    Pkey key(PEM_read_bio_PUBKEY(over(pem).get(), nullptr, nullptr, nullptr));
    if (!key) {
        const X509Certificate certificate(
            PEM_read_bio_X509(over(pem).get(), nullptr, nullptr, nullptr));
        if (certificate) key.reset(X509_get_pubkey(certificate.get()));
    }
    if (key && EVP_PKEY_is_a(key.get(), "RSA") == 1 && EVP_PKEY_get_bits(key.get()) >= 2048)
        return key;
    return Error{Code::bad_input, "the certificate holds no RSA key of 2048 bits or more", "",
                 "give the controller's certificate or public key as PEM"};
}

bool is_signed(EVP_PKEY* key, std::string_view body, ByteView signature) {
    const Context context(EVP_MD_CTX_new());
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                            reinterpret_cast<const unsigned char*>(body.data()), body.size()) == 1;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

struct Message {
    std::string_view signature, body;
};

/// Lines end with or without a carriage return.
Result<Message> parts_of(std::string_view file) {
    Message message;
    while (true) {
        const std::size_t end = file.find('\n');
        if (end == file.npos) return no_opendsr("there is no empty line before the body");
        std::string_view line = file.substr(0, end);
        file.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) break;
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string name = lower(line.substr(0, colon));
        if (name != "x-opendsr-signature" && name != "x-opengdpr-signature") continue;
        line.remove_prefix(std::min(colon + 1, line.size()));
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        message.signature = line;
    }
    message.body = file;
    return message;
}

std::string short_text(const Json& json, const char* name) {
    std::string text = proof::text_or_empty(json, name);
    return text.size() <= kDsrFieldBytesMax ? text : std::string();
}

/// "xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx" in lower case.
bool is_uuid4(std::string_view text) {
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
    return text.size() == kForm.size() && std::ranges::equal(text, kForm, [](char c, char form) {
               constexpr std::string_view kHex = "0123456789abcdef";
               if (form == 'x') return kHex.find(c) != kHex.npos;
               return form == 'v' ? std::string_view("89ab").find(c) != std::string_view::npos
                                  : c == form;
           });
}

Result<RequestKind> kind_of(std::string_view type) {
    if (type == "access") return RequestKind::access;
    if (type == "portability") return RequestKind::portability;
    if (type == "erasure") return RequestKind::erasure;
    return no_opendsr("a subject_request_type other than access, portability and erasure");
}

Result<void> add_names(const Json& body, DsrRequest& request) {
    const auto list = body.find("subject_identities");
    if (list == body.end()) return done();
    if (!list->is_array() || list->size() > kIdentitiesMax)
        return no_opendsr("its subject_identities");
    for (const Json& identity : *list) {
        if (!identity.is_object()) return no_opendsr("its subject_identities");
        const std::string format = short_text(identity, "identity_format");
        std::string value = short_text(identity, "identity_value");
        request.hashed_names = request.hashed_names || format != "raw";
        if (format == "raw" && !value.empty()) request.names.emplace_back(std::move(value));
    }
    return done();
}

}  // namespace

Result<DsrRequest> read_opendsr(std::string_view file, std::string_view certificate) {
    if (file.size() > kDsrBytesMax) return no_opendsr("more than 1 MiB");
    const Message message = TRY(parts_of(file));
    const Pkey key = TRY(rsa_key(certificate));
    auto signature = proof::from_base64(message.signature);
    if (!signature || !is_signed(key.get(), message.body, signature.value())) {
        return Error{Code::check_failed, "the controller's key did not sign this body", "",
                     "check the certificate given with --keys"};
    }
    auto json = parse_json(message.body, "the body");
    if (!json || !json->is_object()) return no_opendsr("the body is no JSON object");
    DsrRequest request;
    request.body = message.body;
    request.id = short_text(json.value(), "subject_request_id");
    if (!is_uuid4(request.id)) return no_opendsr("its subject_request_id is no UUID of version 4");
    request.kind = TRY(kind_of(short_text(json.value(), "subject_request_type")));
    request.submitted = TRY(parse_instant(short_text(json.value(), "submitted_time")));
    TRY(add_names(json.value(), request));
    return request;
}

Json opendsr_accepted(const DsrRequest& request, Instant received, Instant due) {
    return {{"expected_completion_time", to_text(due)},
            {"received_time", to_text(received)},
            {"encoded_request", proof::base64(bytes_of(request.body))},
            {"subject_request_id", request.id}};
}

Json opendsr_error(const Error& error) {
    const Json detail = {{"domain", "Validation"},
                         {"reason", error.code == Code::check_failed ? "Signature" : "Format"},
                         {"message", error.message}};
    return {
        {"error", {{"code", 400}, {"message", error.message}, {"errors", Json::array({detail})}}}};
}

}  // namespace litura::release
