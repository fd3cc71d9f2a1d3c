// Time stamps of RFC 3161: requests written and responses checked, by OpenSSL's ASN.1.
#include "proof/time_stamp.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <ctime>

#include "proof/owned.hpp"

namespace litura::proof {
namespace {

Error refused(const char* what) {
    ERR_clear_error();
    return {Code::check_failed, what, "the time stamp", ""};
}

using Imprint = Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free>;

Imprint imprint_of(const Digest& digest) {
    Imprint imprint(TS_MSG_IMPRINT_new());
    Owned<X509_ALGOR, X509_ALGOR_free> algorithm(X509_ALGOR_new());
    CHECK(imprint && algorithm);
    CHECK(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
    CHECK(TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1);
    Digest copy = digest;
    CHECK(TS_MSG_IMPRINT_set_msg(imprint.get(), copy.bytes.data(),
                                 static_cast<int>(copy.bytes.size())) == 1);
    return imprint;
}

Result<Owned<X509_STORE, X509_STORE_free>> store_of(std::string_view pem) {
    Owned<BIO, BIO_free_all> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
    CHECK(in && store);
    int count = 0;
    while (true) {
        Owned<X509, X509_free> certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
        if (!certificate) break;
        CHECK(X509_STORE_add_cert(store.get(), certificate.get()) == 1);
        ++count;
    }
    ERR_clear_error();
    if (count == 0)
        return Error{Code::bad_input, "no certificate of a time-stamping authority (PEM)", "", ""};
    return store;
}

Result<Instant> moment_of(TS_RESP* response) {
    const ASN1_GENERALIZEDTIME* time = TS_TST_INFO_get_time(TS_RESP_get_tst_info(response));
    std::tm civil{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &civil) != 1)
        return refused("a time stamp without a time");
    return Instant{static_cast<std::int64_t>(::timegm(&civil)) * 1000};
}

}  // namespace

Bytes time_stamp_request(const Digest& digest) {
    Owned<TS_REQ, TS_REQ_free> request(TS_REQ_new());
    const Imprint imprint = imprint_of(digest);
    CHECK(request && TS_REQ_set_version(request.get(), 1) == 1 &&
          TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
          TS_REQ_set_cert_req(request.get(), 1) == 1);
    Bytes bytes(static_cast<std::size_t>(i2d_TS_REQ(request.get(), nullptr)));
    unsigned char* out = bytes.data();
    CHECK(i2d_TS_REQ(request.get(), &out) > 0);
    return bytes;
}

Result<Instant> verify_time_stamp(const Digest& digest, ByteView bytes,
                                  std::string_view authorities) {
    auto store = TRY(store_of(authorities));
    const unsigned char* in = bytes.data();
    Owned<TS_RESP, TS_RESP_free> response(
        d2i_TS_RESP(nullptr, &in, static_cast<long>(bytes.size())));
    if (!response || in != bytes.data() + bytes.size()) return refused("not a time stamp");
    const Owned<TS_REQ, TS_REQ_free> request(TS_REQ_new());
    const Imprint imprint = imprint_of(digest);
    CHECK(request && TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1);
    const Owned<TS_VERIFY_CTX, TS_VERIFY_CTX_free> context(
        TS_REQ_to_TS_VERIFY_CTX(request.get(), nullptr));
    CHECK(context != nullptr);
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_IMPRINT);
    TS_VERIFY_CTX_set_store(context.get(), store.release());
    if (TS_RESP_verify_response(context.get(), response.get()) != 1)
        return refused("no known authority vouches for this digest");
    return moment_of(response.get());
}

}  // namespace litura::proof
