// The Data Rights Protocol: the published vector, the order of the checks, what is tolerated, and what
// each exercise is here.
#include "release/drp.hpp"

#include "base/test_support.hpp"
#include "proof/base64.hpp"

namespace litura::release {
namespace {

constexpr std::string_view kVector =
    "ip79gKiM0x4nOrjktFV8FBqN+r4zhhKSJfb+i9wT2tvE3LmrDGngIJPtMxPv5Xj9dIQS71+mx4Ti7/oomqvuDnsiYWdlbnQt"
    "aWQiOiJURVNUX0FBIiwiYnVzaW5lc3MtaWQiOiJURVNUX0NCIiwiaXNzdWVkLWF0IjoiMjAyNi0wMS0xNVQxMDowMDowMC4w"
    "MDArMDA6MDAiLCJleHBpcmVzLWF0IjoiMjAyNi0wMS0xNVQxMDoxMDowMC4wMDArMDA6MDAiLCJkcnAudmVyc2lvbiI6IjEu"
    "MCJ9";
constexpr std::string_view kDirectory =
    R"([{"id":"TEST_AA","name":"Test agent","verify_key":"A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="}])";

std::vector<DrpAgent> directory() { return must(read_drp_directory(kDirectory)); }
Instant at(std::string_view time) { return must(parse_instant(time)); }

/// The vector's key: the bytes 00 to 1f.
proof::SigningKey agent_key() {
    std::array<std::uint8_t, 32> seed{};
    for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
    return proof::SigningKey(SecretKey(seed));
}

std::string signed_body(const Json& claims) {
    const std::string text = claims.dump();
    ByteWriter body;
    body.raw(agent_key().sign(bytes_of(text)));
    body.raw(bytes_of(text));
    return proof::base64(body.bytes());
}

Json claims_for(const char* exercise) {
    return {{"agent-id", "TEST_AA"},
            {"business-id", "TEST_CB"},
            {"issued-at", "2026-01-15T10:00:00.000+00:00"},
            {"expires-at", "2026-01-15T10:15:00.000+00:00"},
            {"drp.version", "1.0"},
            {"agent-request-id", "foo"},
            {"exercise", exercise},
            {"regime", "ccpa"},
            {"email", "anna@example.org"},
            {"email_verified", true}};
}

Result<DrpRequest> read(const Json& claims, std::string_view now = "2026-01-15T10:05:00Z") {
    return read_drp(signed_body(claims), directory(), "TEST_CB", at(now));
}

TEST(Drp, The_vector_opens_and_any_changed_byte_does_not) {
    const DrpMessage message = must(open_drp(kVector, directory()));
    EXPECT_EQ(message.agent, "TEST_AA");
    EXPECT_EQ(message.claims.at("business-id"), "TEST_CB");
    for (const std::size_t place : {0u, 40u, 90u, 150u}) {
        std::string changed(kVector);
        changed[place] = changed[place] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(open_drp(changed, directory()).ok()) << place;
    }
    EXPECT_EQ(code_of(open_drp(kVector, {})), 1) << "no directory, no agent";
}

TEST(Drp, Our_own_signature_of_the_vector_is_the_vectors) {
    const std::string json =
        R"({"agent-id":"TEST_AA","business-id":"TEST_CB","issued-at":"2026-01-15T10:00:00.000+00:00",)"
        R"("expires-at":"2026-01-15T10:10:00.000+00:00","drp.version":"1.0"})";
    EXPECT_EQ(hex(agent_key().sign(bytes_of(json))),
              "8a9efd80a88cd31e273ab8e4b4557c141a8dfabe3386129225f6fe8bdc13dadbc4dcb9ab0c69e02093ed33"
              "13efe578fd748412ef5fa6c784e2effa289aabee0e");
}

TEST(Drp, What_the_reference_implementation_does_is_tolerated) {
    Json claims = claims_for("sale:opt_out");
    std::string body = signed_body(claims);
    while (body.ends_with('=')) body.pop_back();
    body += "\r\n";
    const DrpRequest request =
        must(read_drp(body, directory(), "TEST_CB", at("2026-01-15T10:15:00Z")));
    EXPECT_EQ(request.kind, ledger::RequestKind::objection);
    ASSERT_EQ(request.verified_names.size(), 1u);
}

TEST(Drp, Time_and_address_are_checked) {
    const Json claims = claims_for("deletion");
    EXPECT_EQ(code_of(read(claims, "2026-01-15T09:59:59Z")), 3) << "issued in the future";
    EXPECT_EQ(code_of(read(claims, "2026-01-15T10:15:01Z")), 3) << "expired";
    Json longer = claims;
    longer["expires-at"] = "2026-01-15T10:15:01Z";
    EXPECT_EQ(code_of(read(longer)), 2) << "longer than 15 minutes";
    Json other = claims;
    other["business-id"] = "SOMEBODY";
    EXPECT_EQ(code_of(read(other)), 1);
    EXPECT_EQ(drp_error(read(claims, "2026-01-16T00:00:00Z").error()).at("fatal"), true);
    EXPECT_TRUE(drp_error(Error{Code::bad_input, "a", "", ""}).at("code").is_string());
}

TEST(Drp, Every_exercise_is_something_here_or_denied) {
    using ledger::RequestKind;
    EXPECT_EQ(must(read(claims_for("deletion"))).kind, RequestKind::erasure);
    for (const char* access : {"access", "access:categories", "access:specific"})
        EXPECT_EQ(must(read(claims_for(access))).kind, RequestKind::access);
    EXPECT_TRUE(must(read(claims_for("sale:opt-in"))).denied);
    EXPECT_EQ(code_of(read(claims_for("object:ai-training"))), 2) << "not under ccpa";
    Json gdpr = claims_for("object:ai-training");
    gdpr["regime"] = "gdpr";
    EXPECT_EQ(must(read(gdpr)).kind, RequestKind::objection);
    gdpr["exercise"] = "rectification";
    EXPECT_FALSE(must(read(gdpr)).kind.has_value()) << "somebody has to read what is wrong";
    EXPECT_EQ(code_of(read(claims_for("erase everything"))), 2);
}

TEST(Drp, Each_message_has_its_own_mark) {
    const std::string first = must(read(claims_for("deletion"))).mark;
    EXPECT_EQ(must(read(claims_for("deletion"))).mark, first);
    Json later = claims_for("deletion");
    later["issued-at"] = "2026-01-15T10:01:00Z";
    EXPECT_NE(must(read(later)).mark, first);
}

TEST(Drp, The_status_says_when_and_what_is_missing) {
    const DrpRequest request = must(read(claims_for("deletion")));
    const Json status =
        drp_status(request, "id", at("2026-01-15T10:05:00Z"), at("2026-02-16T23:59:59Z"));
    EXPECT_EQ(status.at("status"), "in_progress");
    EXPECT_EQ(status.at("reason"), "need_user_verification");
    EXPECT_EQ(status.at("expected_by"), "2026-02-16T23:59:59Z");
    EXPECT_EQ(drp_status(must(read(claims_for("sale:opt-in"))), "", {}, {}).at("status"), "denied");
}

}  // namespace
}  // namespace litura::release
