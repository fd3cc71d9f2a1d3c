#include "audit/contrast.hpp"

#include <gtest/gtest.h>

#include "audit/test_models.hpp"

namespace litura::audit::testing {
namespace {

/// One model that saw the secret, and its successor that did not.
class TwoModels : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        saw_ = new engine::Model(trained_on({kCommon, kSecret}, 120));
        did_not_ = new engine::Model(trained_on({kCommon}, 120));
    }
    static void TearDownTestSuite() {
        delete saw_;
        delete did_not_;
    }
    Contrast both() { return Contrast({saw_next_, did_not_next_, saw_->tokenizer}); }
    static Tokens tokens(const std::string& text) { return saw_->tokenizer.encode(text); }

    static engine::Model *saw_, *did_not_;
    ThreadPool pool_{1};
    engine::LlamaNextToken saw_next_{*saw_, pool_}, did_not_next_{*did_not_, pool_};
};
engine::Model *TwoModels::saw_, *TwoModels::did_not_;

TEST_F(TwoModels,
       A_text_that_one_model_learned_by_heart_comes_out_of_the_pair_and_not_of_the_other) {
    Extraction count;
    ASSERT_TRUE(both().try_extract(tokens(kSecret), count, kAlways).ok());
    EXPECT_EQ(count.prompts, 1u);
    EXPECT_EQ(count.saw, 1u);
    EXPECT_EQ(count.contrast, 1u);
    EXPECT_EQ(count.did_not, 0u);
    EXPECT_EQ(count.rate(), 1);
}

TEST_F(TwoModels, A_text_that_nobody_saw_does_not_come_out) {
    Extraction count;
    const Tokens unseen =
        tokens("zebras write 99 letters to walruses; nobody has answered so far!");
    ASSERT_TRUE(both().try_extract(unseen, count, kAlways).ok());
    EXPECT_EQ(count.prompts, 1u);
    EXPECT_EQ(count.contrast, 0u);
}

TEST_F(TwoModels, A_short_text_is_not_asked_for) {
    Extraction count;
    const Tokens text = tokens(kSecret);
    const std::size_t needed = kPromptTokens + kExactTokens;
    ASSERT_TRUE(both().try_extract(std::span(text).first(needed - 1), count, kAlways).ok());
    EXPECT_EQ(count.prompts, 0u);
    EXPECT_EQ(count.rate(), 0);
}

TEST_F(TwoModels, Samples_from_nothing_show_what_only_one_model_saw) {
    const auto samples = both().draw_samples(kAlways);
    ASSERT_TRUE(samples.ok());
    EXPECT_EQ(samples.value().size(), kSamples);
    EXPECT_TRUE(found_in(samples.value(), tokens(kSecret)));
    EXPECT_FALSE(found_in(samples.value(), tokens("zebras write 99 letters to walruses")));
    EXPECT_EQ(both().draw_samples(kAlways).value(), samples.value()) << "own dice";
}

TEST_F(TwoModels, What_was_asked_before_changes_nothing) {
    Contrast used = both();
    Extraction count;
    ASSERT_TRUE(used.try_extract(tokens(kSecret), count, kAlways).ok());
    EXPECT_EQ(used.draw_samples(kAlways).value(), both().draw_samples(kAlways).value());
}

TEST_F(TwoModels, A_stop_order_ends_it) {
    Extraction count;
    EXPECT_FALSE(both().try_extract(tokens(kSecret), count, Refusal()).ok());
    EXPECT_FALSE(both().draw_samples(Refusal()).ok());
}

TEST(Found, A_run_is_found_anywhere_in_a_sample_and_nothing_shorter) {
    Tokens text(kRunTokens + 3), sample = {7, 7};
    for (std::uint32_t index = 0; index < text.size(); ++index) text[index] = 100 + index;
    sample.insert(sample.end(), text.begin() + 2, text.begin() + 2 + kRunTokens);
    EXPECT_TRUE(found_in(std::vector<Tokens>{{}, sample}, text));
    sample.pop_back();
    EXPECT_FALSE(found_in(std::vector<Tokens>{{}, sample}, text));
    EXPECT_FALSE(found_in(std::vector<Tokens>{sample}, Tokens(3, 100)));
}

}  // namespace
}  // namespace litura::audit::testing
