#include "release/gate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/test_support.hpp"
#include "derive/test_world.hpp"

namespace litura::release {
namespace {

const Instant kNow{1'780'000'000'000};

derive::Sample sample(int person, std::uint64_t tokens = 10, const char* wording = "") {
    const Digest tag = sha256("person " + std::to_string(person));
    derive::Sample out;
    out.record = sha256("record " + std::to_string(person));
    out.account = out.person = tag;
    out.wording = sha256(std::to_string(person) + wording);
    out.stage = 1;
    out.tokens = tokens;
    return out;
}

/// A model of these people, derived now, with this deal.
derive::Manifest model_of(int first, int last, const char* seed = "old") {
    derive::Manifest manifest;
    manifest.settings_text = derive::testing::with(derive::testing::kRecipe, "\"seed\"",
                                                   "\"" + std::string(seed) + "\"");
    manifest.model = sha256(std::string(seed) + std::to_string(first) + std::to_string(last));
    manifest.used.as_of = kNow;
    for (int person = first; person < last; ++person)
        manifest.used.samples.push_back(sample(person));
    return manifest;
}

class Gate : public ::testing::Test {
protected:
    Gate() {
        facts.manifest = &next;
        facts.earlier = {&last};
        facts.now = kNow;
        facts.last_at = kNow.plus_days(-90);
        facts.audit = DiffAudit{last.model, next.model, 0.001, "somebody"};
    }
    Result<Changed> check() const { return check_gate(facts, {}); }
    std::string refusal() const {
        const auto out = check();
        return out ? "" : out.error().message;
    }

    derive::Manifest last = model_of(0, 100), next = model_of(25, 100, "new");
    GateFacts facts;
};

TEST_F(Gate, Twenty_five_people_pass_and_twenty_four_do_not) {
    EXPECT_EQ(must(check()).people, 25u);
    next = model_of(24, 100, "new");
    facts.audit->new_model = next.model;
    EXPECT_NE(refusal().find("24 people"), std::string::npos);
    facts.ordered = true;
    EXPECT_EQ(must(check()).people, 24u);
}

TEST_F(Gate, Joining_leaving_and_other_words_count_each_person_once) {
    last = model_of(0, 100);
    next = model_of(2, 103);
    next.used.samples[5].wording = sha256("corrected");
    EXPECT_EQ(must(changed_people(last, next)).people, 2u + 3u + 1u);
}

TEST_F(Gate, A_first_release_has_nothing_to_be_compared_with) {
    facts.earlier.clear();
    facts.audit.reset();
    must(check());
}

TEST_F(Gate, A_suppressed_model_or_an_old_look_never_leaves) {
    facts.suppressed = true;
    EXPECT_EQ(code_of(check()), 3);
    facts.suppressed = false;
    facts.now = kNow.plus_days(8);
    EXPECT_EQ(code_of(check()), 3);
    facts.ordered = true;
    EXPECT_EQ(code_of(check()), 3) << "an order does not help";
}

TEST_F(Gate, A_successor_comes_on_schedule_unless_ordered) {
    facts.last_at = kNow.plus_days(-89);
    EXPECT_NE(refusal().find("schedule"), std::string::npos);
    facts.ordered = true;
    must(check());
}

TEST_F(Gate, A_successor_has_a_new_deal) {
    next = model_of(25, 100, "old");
    facts.audit->new_model = next.model;
    EXPECT_NE(refusal().find("deal"), std::string::npos);
}

TEST_F(Gate, Deal_and_people_are_compared_with_every_earlier_release) {
    // The deal of the first one again, and everybody of it but one: nobody may subtract them.
    derive::Manifest first = model_of(0, 100, "first");
    facts.earlier = {&first, &last};
    last = model_of(30, 100);
    next = model_of(1, 100, "first");
    facts.audit = DiffAudit{last.model, next.model, 0.001, "somebody"};
    EXPECT_NE(refusal().find("deal"), std::string::npos);
    next = model_of(1, 100, "third");
    facts.audit->new_model = next.model;
    EXPECT_NE(refusal().find("1 people"), std::string::npos);
    next = model_of(26, 100, "third");
    facts.audit->new_model = next.model;
    EXPECT_NE(refusal().find("4 people"), std::string::npos) << "against the last one";
    next = model_of(60, 100, "third");
    facts.audit->new_model = next.model;
    EXPECT_EQ(must(check()).people, 30u);
}

TEST_F(Gate, A_shard_alone_hides_nobody) {
    last = model_of(0, 100);
    next = model_of(0, 100, "new");
    last.used.samples.push_back(sample(1000, 50'000));  // above the recipe's solo_above
    const Changed changed = must(changed_people(last, next));
    EXPECT_EQ(changed.people, 1u);
    EXPECT_EQ(changed.shared, 0u);
    facts.ordered = true;
    facts.audit->old_model = last.model;
    facts.audit->new_model = next.model;
    EXPECT_NE(refusal().find("subtraction"), std::string::npos);
}

TEST_F(Gate, The_difference_is_measured_and_within_its_bound) {
    const DiffAudit good = *facts.audit;
    facts.audit.reset();
    EXPECT_NE(refusal().find("not measured"), std::string::npos);
    facts.audit = good;
    facts.audit->measured = 0.11;
    EXPECT_EQ(code_of(check()), 3);
    facts.audit->measured = std::nan("");
    EXPECT_EQ(code_of(check()), 3);
    facts.audit = good;
    facts.audit->old_model = next.model;
    EXPECT_EQ(code_of(check()), 3);
}

TEST(DiffAudit, Only_a_whole_result_is_read) {
    const std::string digest(64, '0');
    const std::string good = R"({"audit":"diff","old":")" + digest + R"(","new":")" + digest +
                             R"(","measured":0.1,"by":"x"})";
    EXPECT_EQ(must(parse_diff_audit(good)).measured, 0.1);
    for (const char* bad : {"[]", "{}", R"({"audit":"other"})", R"({"audit":"diff","old":1})"})
        EXPECT_EQ(code_of(parse_diff_audit(bad)), 2) << bad;
}

TEST(NotRecalled, One_tensor_or_the_model_of_a_recalled_release_is_enough) {
    proof::Release old, wanted;
    old.name = "v1";
    old.model = sha256("old");
    old.tensors = {sha256("a"), sha256("b")};
    wanted.model = sha256("new");
    wanted.tensors = {sha256("b"), sha256("c")};
    for (const auto state : {proof::State::active, proof::State::superseded}) {
        old.state = state;
        EXPECT_TRUE(check_not_recalled(old, wanted).ok());
    }
    for (const auto state : {proof::State::soft_recall, proof::State::hard_recall}) {
        old.state = state;
        EXPECT_EQ(check_not_recalled(old, wanted).error().code, Code::forbidden);
    }
    wanted.tensors = {sha256("c")};
    EXPECT_TRUE(check_not_recalled(old, wanted).ok());
    wanted.model = old.model;
    EXPECT_EQ(check_not_recalled(old, wanted).error().code, Code::forbidden);
}

}  // namespace
}  // namespace litura::release
