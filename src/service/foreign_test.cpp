#include "service/foreign.hpp"

#include <gtest/gtest.h>

#include "proof/base64.hpp"
#include "proof/signature.hpp"
#include "ledger/requests.hpp"
#include "service/test_session.hpp"

namespace litura::service {
namespace {

using derive::testing::World;

/// An agent of the Data Rights Protocol, who signs and stands in the directory.
class Foreign : public testing::Test {
protected:
    Foreign() : agent_(SecretKey(std::array<std::uint8_t, 32>{7})) {
        world.import(derive::testing::posts_of(4));
    }
    Bytes directory() const {
        const Json entry = {{"id", "AGENT"},
                            {"name", "An agent"},
                            {"verify_key", proof::base64(agent_.public_key().bytes)}};
        return content(Json::array({entry}).dump());
    }
    Result<ForeignTaken> take(const std::string& exercise, const std::string& email, bool verified,
                              const std::string& id = "1") {
        const Json claims = {{"agent-id", "AGENT"},
                             {"business-id", "US"},
                             {"issued-at", "2024-07-01T00:00:00.000+00:00"},
                             {"expires-at", "2024-07-01T00:10:00.000+00:00"},
                             {"drp.version", "1.0"},
                             {"agent-request-id", id},
                             {"exercise", exercise},
                             {"regime", "ccpa"},
                             {"email", email},
                             {"email_verified", verified}};
        const std::string text = claims.dump();
        ByteWriter body;
        body.raw(agent_.sign(bytes_of(text)));
        body.raw(bytes_of(text));
        return take_foreign(*session_of(world),
                            {"drp", content(proof::base64(body.bytes())), directory(), "US"});
    }
    proof::SigningKey agent_;
    World world;
};

TEST_F(Foreign, ADeletionOfSomebodyKnownIsTheirErasure) {
    const ForeignTaken taken = must(take("deletion", "person1", true));
    ASSERT_TRUE(taken.request.has_value());
    EXPECT_EQ(taken.request->request.kind, ledger::RequestKind::erasure);
    EXPECT_EQ(taken.request->request.person, world.person(1));
    EXPECT_TRUE(taken.request->request.authorised);
    EXPECT_FALSE(taken.request->request.verified_by.has_value()) << "nothing is destroyed yet";
}

TEST_F(Foreign, TheAnswerTellsNobodyWhetherThePersonIsKnown) {
    Json known = must(take("deletion", "person1", true, "1")).answer;
    Json unknown = must(take("deletion", "stranger", true, "2")).answer;
    ASSERT_EQ(known.size(), unknown.size());
    for (auto& [key, value] : known.items()) {
        ASSERT_TRUE(unknown.contains(key)) << key;
        if (key == "request_id" || key == "agent_request_id") continue;
        EXPECT_EQ(value, unknown[key]) << key;
    }
}

TEST_F(Foreign, WhoIsNotKnownByExactNameWaitsForAReader) {
    const ForeignTaken taken = must(take("deletion", "Person One", true));
    ASSERT_TRUE(taken.request.has_value());
    EXPECT_EQ(taken.request->request.kind, ledger::RequestKind::question);
}

TEST_F(Foreign, ANameThatTheSenderDidNotVerifyNeedsAuthority) {
    const ForeignTaken taken = must(take("deletion", "person1", false));
    ASSERT_TRUE(taken.request.has_value());
    EXPECT_FALSE(taken.request->request.authorised);
}

TEST_F(Foreign, OneMessageIsTakenOnce) {
    must(take("deletion", "person1", true));
    EXPECT_EQ(code_of(take("deletion", "person1", true)), 3);
    EXPECT_EQ(must(session_of(world)->ledger().requests().all()).size(), 1u);
}

TEST_F(Foreign, WhatNothingHereDoesIsDeniedAndNoted) {
    const ForeignTaken taken = must(take("sale:opt_in", "person1", true));
    EXPECT_FALSE(taken.request.has_value());
    EXPECT_TRUE(to_json(taken)["request"].is_null());
    EXPECT_EQ(must(session_of(world)->ledger().events("request.refused")).size(), 1u);
}

TEST_F(Foreign, AnUnknownProtocolAndAMissingAddresseeAreRefused) {
    EXPECT_EQ(code_of(take_foreign(*session_of(world), {"fax", {}, {}, ""})), 2);
    EXPECT_EQ(code_of(take_foreign(*session_of(world), {"drp", {}, {}, ""})), 2);
    const Error error{Code::bad_input, "broken", "", ""};
    EXPECT_TRUE(foreign_error("drp", error).is_object());
    EXPECT_TRUE(foreign_error("opendsr", error).is_object());
}

}  // namespace
}  // namespace litura::service
