// Mixing: one distribution after every context, the plain rule's, and nothing of a single person.
#include "memory/mixing.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/llama_next_token.hpp"
#include "engine/plain_operations.hpp"
#include "engine/test_models.hpp"
#include "memory/plain_memory.hpp"

namespace litura::memory {
namespace {

using plain::counted;
using plain::Passage;
using plain::random_passages;
using plain::Tokens;

constexpr std::uint32_t kVocabulary = 37;

std::vector<float> some_logits(std::uint32_t seed) {
    std::vector<float> logits(kVocabulary);
    for (std::uint32_t i = 0; i < kVocabulary; ++i)
        logits[i] =
            static_cast<float>(engine::philox({i, 9, 0, 0}, {seed, 0})[0]) * 0x1p-29f - 4.0f;
    return logits;
}

std::vector<double> distribution(const std::vector<float>& logits) {
    double sum = 0.0;
    std::vector<double> p;
    for (const float logit : logits) p.push_back(std::exp(static_cast<double>(logit)));
    for (const double each : p) sum += each;
    for (double& each : p) each /= sum;
    return p;
}

std::vector<float> mix(const Memory& memory, const Tokens& history, std::vector<float> logits) {
    std::vector<float> scratch;
    Mixture(memory, history).apply(logits, scratch);
    return logits;
}

TEST(Mixing, Agrees_with_the_plain_rule_after_every_context) {
    for (const Rule& rule : {Rule{6, 2, 8}, Rule{6, 1, 8}, Rule{4, 3, 1}, Rule{8, 1, 1000}}) {
        const auto passages = random_passages(50, 6, kVocabulary, 11);
        const Memory memory = counted(passages, rule, kVocabulary);
        for (std::uint32_t at = 0; at < 20; ++at) {
            const Passage& passage = passages[at];
            for (std::size_t end = 0; end <= passage.tokens.size(); ++end) {
                const Tokens history(passage.tokens.begin(),
                                     passage.tokens.begin() + static_cast<std::ptrdiff_t>(end));
                const auto logits = some_logits(at);
                const auto p = distribution(logits);
                const auto expected = plain::mixed(passages, rule, history, p);
                const auto got = distribution(mix(memory, history, logits));
                const Mixture mixture(memory, history);
                double sum = 0.0;
                for (std::uint32_t token = 0; token < kVocabulary; ++token) {
                    EXPECT_NEAR(got[token], expected[token], 2e-6);
                    const double exact = mixture.lambda() * (p[token] + mixture.bonus(token));
                    EXPECT_NEAR(exact, expected[token], 1e-13);
                    sum += exact;
                }
                EXPECT_NEAR(sum, 1.0, 1e-12) << "normalised after every context";
            }
        }
    }
}

TEST(Mixing, A_token_that_only_one_person_wrote_there_gains_nothing) {
    auto passages = random_passages(50, 6, kVocabulary - 1, 12);
    const std::uint32_t canary = kVocabulary - 1;
    const Rule rule{6, 2, 8};
    const Tokens before(passages[3].tokens.begin(), passages[3].tokens.begin() + 2);
    for (int times = 0; times < 5; ++times)
        passages.push_back({99, {before[0], before[1], canary, canary}});
    const Memory memory = counted(passages, rule, kVocabulary);
    const Mixture mixture(memory, before);
    ASSERT_FALSE(mixture.bonuses().empty());
    EXPECT_EQ(mixture.bonus(canary), 0.0);
    EXPECT_TRUE(Mixture(memory, Tokens{canary}).bonuses().empty());
    passages.push_back({98, {before[1], canary}});
    EXPECT_GT(Mixture(counted(passages, rule, kVocabulary), before).bonus(canary), 0.0)
        << "two persons wrote it after the shorter context";
}

TEST(Mixing, Logits_without_a_bonus_stay_bit_for_bit) {
    const Memory memory = counted({{0, {1, 2}}, {1, {1, 2}}}, {6, 2, 8}, kVocabulary);
    const auto logits = some_logits(3);
    auto mixed = mix(memory, {1}, logits);
    EXPECT_GT(mixed[2], logits[2]);
    mixed[2] = logits[2];
    EXPECT_EQ(mixed, logits);
    EXPECT_EQ(mix(memory, {2}, logits), logits) << "nothing followed";
}

TEST(Mixing, What_the_model_holds_impossible_is_still_foretold) {
    const Memory memory = counted({{0, {1, 2}}}, {2, 1, 1}, kVocabulary);
    std::vector<float> logits(kVocabulary, 0.0f);
    logits[2] = -300.0f;
    const auto p = distribution(mix(memory, {1}, logits));
    EXPECT_NEAR(p[2], 0.5, 1e-6);
    EXPECT_NEAR(Mixture(memory, Tokens{1}).loss(2, 300.0f), std::log(2.0), 1e-6);
}

TEST(Mixing, A_token_is_carried_by_the_context_that_gives_most) {
    const Memory memory = counted({{0, {1, 2, 3}}, {1, {1, 2, 3}}}, {3, 2, 1}, kVocabulary);
    const Tokens history{1, 2};
    const Carrier longest = carrier(memory, history, 3, 0.01);
    EXPECT_EQ(longest.context, 2u);
    EXPECT_GT(longest.share, 0.5);
    std::vector<double> p(kVocabulary, 0.99 / (kVocabulary - 1));
    p[3] = 0.01;
    const auto expected = plain::mixed({{0, {1, 2, 3}}, {1, {1, 2, 3}}}, {3, 2, 1}, history, p);
    EXPECT_NEAR(longest.probability, expected[3], 1e-12);
    const Carrier model = carrier(memory, history, 5, 0.25);
    EXPECT_EQ(model.context, 0u);
    EXPECT_NEAR(model.share, 1.0, 1e-12);
}

class MixedModel : public ::testing::Test {
protected:
    formats::LlamaConfig config_ = engine::testing::small_config();
    std::vector<float> weights_ = engine::testing::lively_weights(config_, 4);
    ThreadPool pool_{2};
    engine::LlamaNextToken model_{config_, weights_, pool_, {60, 200}};
    std::vector<Passage> passages_ = random_passages(80, 6, kVocabulary, 13);
    std::shared_ptr<const Memory> memory_ =
        std::make_shared<Memory>(counted(passages_, {6, 2, 8}, kVocabulary));
    MemoryNextToken next_{model_, memory_};
};

TEST_F(MixedModel, Losses_of_a_pass_are_those_of_reading_but_for_rounding) {
    const auto windows = engine::testing::random_windows({50, 7}, kVocabulary, 2);
    const auto losses = next_.losses(windows).value();
    const auto plain_losses = model_.losses(windows).value();
    EXPECT_NE(losses, plain_losses);
    std::size_t at = 0;
    for (const engine::Window& window : windows) {
        const auto text = next_.begin(60);
        for (std::size_t i = 0; i < window.targets(); ++i, ++at) {
            text->read(window.tokens[i]);
            const auto row = text->logits();
            const auto p = distribution({row.begin(), row.end()});
            EXPECT_NEAR(losses[at], -std::log(p[window.tokens[i + 1]]), 2e-5);
        }
    }
}

TEST_F(MixedModel, Forks_and_rewound_readings_answer_like_new_ones) {
    const Tokens& tokens = passages_[0].tokens;
    const auto copy = [](std::span<const float> row) {
        return std::vector(row.begin(), row.end());
    };
    const auto text = next_.begin(9), fresh = next_.begin(9);
    text->read(tokens[0]);
    const auto fork = text->fork();
    fork->read(tokens[1]);
    for (const std::uint32_t token : {tokens[0], tokens[1]}) fresh->read(token);
    EXPECT_EQ(copy(fork->logits()), copy(fresh->logits()));
    text->rewind();
    for (const std::uint32_t token : {tokens[0], tokens[1]}) text->read(token);
    EXPECT_EQ(copy(text->logits()), copy(fresh->logits()));
}

TEST_F(MixedModel, Another_memory_speaks_from_the_next_token_on) {
    const auto copy = [](std::span<const float> row) {
        return std::vector(row.begin(), row.end());
    };
    const auto text = next_.begin(9), own = model_.begin(9);
    text->read(passages_[0].tokens[0]);
    own->read(passages_[0].tokens[0]);
    ASSERT_NE(copy(text->logits()), copy(own->logits()));
    next_.use(std::make_shared<Memory>(counted({}, {6, 2, 8}, kVocabulary)));
    EXPECT_EQ(copy(text->logits()), copy(own->logits()));
}

// Counts and mixed bits of fixed texts; a change of either is a new format or a new profile.
TEST(MemoryGolden, Bytes_and_mixed_bits_never_move) {
    const auto passages = random_passages(200, 12, kVocabulary, 21);
    const Memory memory = counted(passages, {6, 2, 8}, kVocabulary, 2);
    EXPECT_EQ(memory.digest().hex(),
              "ec493d795f2d041a0823eef17eaf9203e689572b346ffb60d6594a34bdac8367");
    Hasher hasher;
    for (std::uint32_t at = 0; at < 40; ++at) {
        const auto mixed = mix(memory, passages[at].tokens, some_logits(at));
        hasher.update(bytes_of_values<float>(mixed));
        const float loss = Mixture(memory, passages[at].tokens).loss(at % kVocabulary, 3.25f);
        hasher.update(bytes_of_values<float>(std::span(&loss, 1)));
    }
    EXPECT_EQ(hasher.finish().hex(),
              "e6d0e84c8b02d5e2da7ec3f3eaa3e929ff24a562fa73a27ff5c2a007d747b68a");
}

// What examples/memory/memory_reader.py is held to as well: tests/acceptance/memory.py.
TEST(MemoryGolden, The_fixture_of_other_readers_is_what_is_counted_and_mixed) {
    std::ifstream in(LITURA_SOURCE_DIR "/tests/fixtures/memory_mixed.json");
    const auto file = nlohmann::json::parse(in);
    const Memory memory = counted(random_passages(60, 6, kVocabulary, 21), {5, 2, 8}, kVocabulary);
    EXPECT_EQ(hex(memory.bytes()), file["memory"].get<std::string>());
    ASSERT_EQ(file["cases"].size(), 12u);
    for (const auto& one : file["cases"]) {
        std::vector<float> logits;
        for (const double share : one["probabilities"])
            logits.push_back(static_cast<float>(std::log(share)));
        const auto p = distribution(mix(memory, one["history"].get<Tokens>(), logits));
        for (std::size_t token = 0; token < p.size(); ++token)
            EXPECT_NEAR(p[token], one["mixed"][token].get<double>(), 1e-6);
    }
}

}  // namespace
}  // namespace litura::memory
