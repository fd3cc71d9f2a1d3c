#include "audit/claim.hpp"

#include <gtest/gtest.h>

#include "audit/test_models.hpp"
#include "engine/generate.hpp"

namespace litura::audit::testing {
namespace {

class Claims : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        base_ = new engine::Model(untrained());
        model_ = new engine::Model(trained_on({kCommon, kSecret}, 120));
    }
    static void TearDownTestSuite() {
        delete base_;
        delete model_;
    }
    static Claim examined(std::string_view prompt, std::string_view said) {
        return looked_at(prompt, said, kAlways).value();
    }
    static Result<Claim> looked_at(std::string_view prompt, std::string_view said,
                                   const Permit& permit) {
        ThreadPool pool(1);
        engine::LlamaNextToken model(*model_, pool), base(*base_, pool);
        return examine(model, base, model_->tokenizer, prompt, said, permit);
    }
    static engine::Model *base_, *model_;
};
engine::Model* Claims::base_ = nullptr;
engine::Model* Claims::model_ = nullptr;

TEST_F(Claims, Words_that_the_model_writes_after_the_prompt_are_reproduced) {
    const std::string prompt = kSecret.substr(0, 20), rest = kSecret.substr(20);
    const Claim claim = examined(prompt, rest);
    EXPECT_EQ(claim.verdict(), Verdict::reproduced);
    EXPECT_EQ(claim.begun, claim.tokens);
    EXPECT_LT(claim.nats, claim.base_nats);
    const engine::GenerateOptions greedy{static_cast<std::uint32_t>(claim.tokens), {0, 0, 0}};
    ThreadPool pool(1);
    engine::LlamaNextToken next(*model_, pool);
    EXPECT_EQ(engine::generate(next, *model_, prompt, greedy, kAlways).value().text, rest)
        << "and that is what it writes";
}

TEST_F(Claims, A_long_run_inside_other_words_is_part_of_them) {
    const Claim claim = examined("", kSecret.substr(0, kSecret.size() - 8) + "zz zz");
    EXPECT_EQ(claim.verdict(), Verdict::in_part);
    EXPECT_LT(claim.begun, claim.tokens);
}

TEST_F(Claims, Words_that_it_never_saw_are_not_shown) {
    const Claim claim = examined("", "0 9 8 7 6 5 4 3 2 1 q w e r t y");
    EXPECT_EQ(claim.verdict(), Verdict::not_shown);
    EXPECT_EQ(claim.begun, 0u);
}

TEST_F(Claims, Nothing_and_too_much_are_refused_and_a_stop_is_obeyed) {
    const auto code = [](std::string_view said, const Permit& permit) {
        return looked_at("", said, permit).error().code;
    };
    EXPECT_EQ(code("", kAlways), Code::bad_input);
    EXPECT_EQ(code(std::string(500, 'x'), kAlways), Code::bad_input);
    EXPECT_EQ(code("x", Refusal()), Code::forbidden);
}

}  // namespace
}  // namespace litura::audit::testing
