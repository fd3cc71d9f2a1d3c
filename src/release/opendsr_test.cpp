// OpenDSR: signatures in either header's name, what is read, and what is refused.
#include "release/opendsr.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/test_support.hpp"
#include "proof/base64.hpp"

namespace litura::release {
namespace {

/// A controller of 2048 bits, made once.
class Controller {
public:
    Controller() : key_(EVP_RSA_gen(2048)) { CHECK(key_ != nullptr); }
    ~Controller() { EVP_PKEY_free(key_); }
    Controller(const Controller&) = delete;
    Controller& operator=(const Controller&) = delete;

    std::string certificate() const {
        BIO* memory = BIO_new(BIO_s_mem());
        CHECK(PEM_write_bio_PUBKEY(memory, key_) == 1);
        char* data = nullptr;
        const long size = BIO_get_mem_data(memory, &data);
        std::string pem(data, static_cast<std::size_t>(size));
        BIO_free(memory);
        return pem;
    }
    std::string signature(std::string_view body) const {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        CHECK(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_) == 1);
        Bytes signature(512);
        std::size_t size = signature.size();
        CHECK(EVP_DigestSign(context, signature.data(), &size,
                             reinterpret_cast<const unsigned char*>(body.data()),
                             body.size()) == 1);
        EVP_MD_CTX_free(context);
        return proof::base64(ByteView(signature).first(size));
    }

private:
    EVP_PKEY* key_;
};

const Controller& controller() {
    static const Controller one;
    return one;
}

constexpr std::string_view kBody =
    R"({"regulation":"gdpr","subject_request_id":"a7551968-d5d6-44b2-9831-815ac9017798",)"
    R"("subject_request_type":"erasure","submitted_time":"2026-01-15T10:00:00Z",)"
    R"("subject_identities":[{"identity_type":"email","identity_value":"anna@example.org",)"
    R"("identity_format":"raw"},{"identity_type":"email","identity_value":"00","identity_format":"sha256"}],)"
    R"("api_version":"2.0"})";

std::string message(std::string_view body, const char* header = "X-OpenDSR-Signature") {
    return "POST /v2/requests HTTP/1.1\r\nHost: a\r\n" + std::string(header) + ": " +
           controller().signature(body) + "\r\n\r\n" + std::string(body);
}

TEST(OpenDsr, A_signed_request_is_read) {
    const DsrRequest request = must(read_opendsr(message(kBody), controller().certificate()));
    EXPECT_EQ(request.kind, ledger::RequestKind::erasure);
    EXPECT_EQ(request.id, "a7551968-d5d6-44b2-9831-815ac9017798");
    ASSERT_EQ(request.names.size(), 1u);
    EXPECT_EQ(request.names[0].reveal(), "anna@example.org");
    EXPECT_TRUE(request.hashed_names);
    EXPECT_TRUE(
        read_opendsr(message(kBody, "x-opengdpr-signature"), controller().certificate()).ok())
        << "the older name of the header";
}

TEST(OpenDsr, The_body_is_what_was_signed_to_the_byte) {
    std::string changed = message(kBody);
    changed.insert(changed.size() - 1, " ");
    EXPECT_EQ(code_of(read_opendsr(changed, controller().certificate())), 1);
    const Controller other;
    EXPECT_EQ(code_of(read_opendsr(message(kBody), other.certificate())), 1);
    EXPECT_EQ(code_of(read_opendsr("Host: a\n\n" + std::string(kBody), other.certificate())), 1)
        << "no signature at all";
    EXPECT_EQ(code_of(read_opendsr(message(kBody), "no certificate")), 2);
}

TEST(OpenDsr, What_is_no_request_is_refused) {
    for (const auto& [from, to] :
         {std::pair("erasure", "rectification"), {"44b2", "54b2"}, {"a7551968", "A7551968"},
          {"2026-01-15T10:00:00Z", "yesterday"}, {"[{", "[7,{"}}) {
        std::string body(kBody);
        body.replace(body.find(from), std::string_view(from).size(), to);
        EXPECT_EQ(code_of(read_opendsr(message(body), controller().certificate())), 2) << to;
    }
    EXPECT_EQ(code_of(read_opendsr("no empty line", controller().certificate())), 2);
}

TEST(OpenDsr, A_regulation_may_be_missing_and_the_answer_repeats_the_body) {
    std::string body(kBody);
    body.erase(1, std::string_view(R"("regulation":"gdpr",)").size());
    const DsrRequest request = must(read_opendsr(message(body), controller().certificate()));
    const Json answer =
        opendsr_accepted(request, must(parse_instant("2026-01-15T10:00:00Z")),
                         must(parse_instant("2026-02-16T23:59:59Z")));
    EXPECT_EQ(answer.at("expected_completion_time"), "2026-02-16T23:59:59Z");
    EXPECT_EQ(text_of(must(proof::from_base64(answer.at("encoded_request").get<std::string>()))),
              body);
    EXPECT_EQ(opendsr_error(Error{Code::bad_input, "a", "", ""}).at("error").at("code"), 400);
}

}  // namespace
}  // namespace litura::release
