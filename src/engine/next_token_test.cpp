// Token by token and all at once: one distribution, bit for bit.
#include "engine/next_token.hpp"

#include <gtest/gtest.h>

#include "engine/llama_next_token.hpp"
#include "engine/plain_operations.hpp"
#include "engine/test_models.hpp"

namespace litura::engine {
namespace {

using namespace testing;

std::vector<float> copy(std::span<const float> logits) { return {logits.begin(), logits.end()}; }

formats::LlamaConfig long_config(bool tied) {
    formats::LlamaConfig config = small_config(tied);
    config.context = 600;
    return config;
}

class NextTokens : public ::testing::TestWithParam<bool> {
protected:
    formats::LlamaConfig config_ = long_config(GetParam());
    std::vector<float> weights_ = lively_weights(config_, 4);
    ThreadPool pool_{2};
    LlamaNextToken next_{config_, weights_, pool_, {600, 700}};
};

TEST_P(NextTokens, Reading_token_by_token_gives_the_bits_of_one_pass_over_all) {
    const std::vector<Window> windows = random_windows({560}, config_.vocab, 2);
    const std::vector<float> losses = next_.losses(windows).value();
    ASSERT_EQ(losses.size(), 560u);
    const auto text = next_.begin(560);
    for (std::size_t at = 0; at < 560; ++at) {
        text->read(windows[0].tokens[at]);
        std::vector<float> row = copy(text->logits());
        const float logit = row[windows[0].tokens[at + 1]];
        const plain::Softmax stats = plain::softmax(row.data(), row.size(), 1.0f);
        EXPECT_EQ((stats.maximum + plain::log(stats.sum)) - logit, losses[at]) << at;
    }
}

TEST_P(NextTokens, A_fork_goes_its_own_way_from_the_same_text) {
    const auto text = next_.begin(9), fresh = next_.begin(9);
    for (const std::uint32_t token : {3u, 5u, 7u}) text->read(token);
    const auto fork = text->fork();
    const std::vector<float> so_far = copy(text->logits());
    EXPECT_EQ(copy(fork->logits()), so_far);
    fork->read(11);
    EXPECT_EQ(copy(text->logits()), so_far) << "the first one has not read on";
    text->read(2);
    for (const std::uint32_t token : {3u, 5u, 7u, 11u}) fresh->read(token);
    EXPECT_EQ(copy(fork->logits()), copy(fresh->logits()));
    EXPECT_NE(copy(fork->logits()), copy(text->logits()));
}

TEST_P(NextTokens, A_rewound_reading_is_as_good_as_a_new_one) {
    const auto used = next_.begin(4), fresh = next_.begin(4);
    for (const std::uint32_t token : {3u, 5u, 7u, 1u}) used->read(token);
    used->rewind();
    used->read(9);
    fresh->read(9);
    EXPECT_EQ(copy(used->logits()), copy(fresh->logits()));
}

TEST_P(NextTokens, The_loss_of_many_windows_is_that_of_their_passes) {
    const std::vector<Window> windows = random_windows({300, 399, 1, 600}, config_.vocab, 8);
    const Loss total = total_loss(next_, windows).value();
    EXPECT_EQ(total.targets, 1300u);
    double sum = 0;
    sum += sum_of_losses(next_.losses(std::span(windows).first(3)).value());
    sum += sum_of_losses(next_.losses(std::span(windows).last(1)).value());
    EXPECT_EQ(total.sum, sum);
    std::vector<Window> foreign = random_windows({3}, config_.vocab, 8);
    foreign[0].tokens[1] = config_.vocab;
    EXPECT_EQ(total_loss(next_, foreign).error().code, Code::bad_input);
}

INSTANTIATE_TEST_SUITE_P(Heads, NextTokens, ::testing::Bool(),
                         [](const auto& tested) { return tested.param ? "tied" : "untied"; });

TEST(SumOfLosses, Adds_chunks_of_512_in_binary32_and_these_in_binary64) {
    std::vector<float> losses(513, 0.1f);
    float chunk = 0;
    for (int i = 0; i < 512; ++i) chunk += 0.1f;
    EXPECT_EQ(sum_of_losses(losses), double{chunk} + double{0.1f});
    EXPECT_EQ(sum_of_losses({}), 0.0);
}

}  // namespace
}  // namespace litura::engine
