// Model folders and text made with them.
#include "engine/model.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>

#include "engine/bpe_trainer.hpp"
#include "engine/evaluate.hpp"
#include "engine/generate.hpp"
#include "engine/layout.hpp"
#include "engine/pretrain.hpp"
#include "engine/test_models.hpp"

namespace litura::engine {
namespace {

using testing::AlwaysPermit;

class Refusal : public Permit {
public:
    Result<void> check(Act) const override { return Error{Code::forbidden, "stopped", {}, {}}; }
};

formats::LlamaConfig config_of(std::uint32_t vocab) {
    formats::LlamaConfig config = testing::small_config();
    config.vocab = vocab;
    config.bos = vocab - 1;
    config.eos = {vocab - 1};
    return config;
}

Model small_model() {
    Tokenizer tokenizer(train_bpe(std::vector<std::string>{"ab ab ab abc abc"}, 259).value());
    const formats::LlamaConfig config = config_of(259);
    std::vector<float> weights = testing::lively_weights(config, 3);
    return {config, std::move(weights), std::move(tokenizer)};
}

class ModelFolder : public ::testing::Test {
protected:
    ModelFolder() : folder_(std::filesystem::temp_directory_path() / ("litura-" + unique())) {}
    ~ModelFolder() override { std::filesystem::remove_all(folder_); }

    static std::string unique() {
        std::array<std::uint8_t, 8> bytes{};
        system_env()->random(bytes);
        return hex(bytes);
    }
    void write(const Model& model, formats::Dtype dtype = formats::Dtype::f32) {
        ASSERT_TRUE(
            write_model(*env_, folder_, model.config, model.weights, model.tokenizer, dtype).ok());
    }

    std::unique_ptr<Env> env_ = system_env();
    Path folder_;
};

TEST_F(ModelFolder, Holds_exactly_three_files_and_reads_back_to_the_same_digest) {
    const Model model = small_model();
    write(model);
    EXPECT_EQ(env_->list(folder_),
              (std::vector<std::string>{"config.json", "model.safetensors", "tokenizer.json"}));
    const Model read = load_model(*env_, folder_).value();
    EXPECT_EQ(read.config, model.config);
    EXPECT_EQ(read.weights, model.weights);
    EXPECT_EQ(model_digest(read.config, read.weights, read.tokenizer),
              model_digest(model.config, model.weights, model.tokenizer));
}

TEST_F(ModelFolder, Written_as_bf16_it_keeps_its_digest_from_then_on) {
    write(small_model(), formats::Dtype::bf16);
    const Model rounded = load_model(*env_, folder_).value();
    const Digest digest = model_digest(rounded.config, rounded.weights, rounded.tokenizer);
    write(rounded, formats::Dtype::f32);
    const Model read = load_model(*env_, folder_).value();
    EXPECT_EQ(model_digest(read.config, read.weights, read.tokenizer), digest);
}

TEST_F(ModelFolder, Is_refused_if_the_files_do_not_make_one_model) {
    const Model model = small_model();
    write(model);
    formats::LlamaConfig other = model.config;
    other.hidden += 1;
    const auto put = [&](const formats::LlamaConfig& config) {
        return env_->write_file(folder_ / "config.json", bytes_of(formats::to_config_json(config)));
    };
    ASSERT_TRUE(put(other).ok());
    EXPECT_FALSE(load_model(*env_, folder_).ok()) << "other shapes";
    other = model.config;
    other.bos = 0;
    ASSERT_TRUE(put(other).ok());
    EXPECT_FALSE(load_model(*env_, folder_).ok()) << "another separator";
    other = model.config;
    other.layers = 1;
    ASSERT_TRUE(put(other).ok());
    EXPECT_FALSE(load_model(*env_, folder_).ok()) << "tensors left over";
    other.layers = 3;
    ASSERT_TRUE(put(other).ok());
    EXPECT_FALSE(load_model(*env_, folder_).ok()) << "tensors missing";
}

TEST(ShippedBase, Is_one_model_of_at_most_eight_and_a_half_megabytes_that_foretells_english) {
    const Path folder = Path(LITURA_SOURCE_DIR) / "models" / "base";
    const auto env = system_env();
    const Model model = load_model(*env, folder).value();
    EXPECT_LE(std::filesystem::file_size(folder / "model.safetensors"), 8'500'000u);
    ThreadPool threads(1);
    TrainSettings settings;
    Trainer trainer(model.config, settings, threads);
    Evaluator evaluator(trainer, model.weights, model.tokenizer, settings.sequence);
    const std::string text = "It was a long time before she could think of any thing else to say.";
    ASSERT_TRUE(evaluator.add(text).ok());
    EXPECT_LT(evaluator.result().nats, 4.5) << "random weights have log(4096) = 8.3";
}

TEST(ModelDigest, Changes_with_every_part_of_the_model) {
    const Model model = small_model();
    const Digest digest = model_digest(model.config, model.weights, model.tokenizer);
    std::vector<float> weights = model.weights;
    weights.back() = -weights.back();
    EXPECT_NE(model_digest(model.config, weights, model.tokenizer), digest);
    formats::LlamaConfig config = model.config;
    config.context += 1;
    EXPECT_NE(model_digest(config, model.weights, model.tokenizer), digest);
    const Tokenizer tokenizer(train_bpe(std::vector<std::string>{"xy xy xyz xyz"}, 259).value());
    EXPECT_NE(model_digest(model.config, model.weights, tokenizer), digest);
}

TEST(Generate, The_same_seed_gives_the_same_text_and_another_seed_another) {
    const Model model = small_model();
    GenerateOptions options;
    options.temperature = 2.0f;
    options.seed = 1;
    const std::string once = generate(model, "ab", options, AlwaysPermit()).value();
    EXPECT_EQ(generate(model, "ab", options, AlwaysPermit()).value(), once);
    options.seed = 2;
    EXPECT_NE(generate(model, "ab", options, AlwaysPermit()).value(), once);
}

TEST(Generate, Temperature_nought_and_the_likeliest_token_alone_agree) {
    const Model model = small_model();
    GenerateOptions greedy, single;
    greedy.temperature = 0.0f;
    single.top_k = 1;
    EXPECT_EQ(generate(model, "abc", greedy, AlwaysPermit()).value(),
              generate(model, "abc", single, AlwaysPermit()).value());
}

TEST(Generate, A_prompt_longer_than_the_context_loses_its_beginning) {
    const Model model = small_model();
    GenerateOptions options;
    options.temperature = 0.0f;
    options.max_tokens = 8;
    std::string tail;
    for (int i = 0; i < 55; ++i) tail += static_cast<char>('A' + i % 50);
    EXPECT_EQ(generate(model, std::string(5000, 'q') + tail, options, AlwaysPermit()).value(),
              generate(model, tail, options, AlwaysPermit()).value());
}

TEST(Generate, A_stop_reaches_it) {
    EXPECT_EQ(generate(small_model(), "ab", {}, Refusal()).error().code, Code::forbidden);
}

TEST(Evaluator, Counts_each_token_and_the_separator_after_it_once) {
    const Model model = small_model();
    ThreadPool threads(1);
    TrainSettings settings;
    settings.sequence = 8;
    settings.step_tokens = 16;
    Trainer trainer(model.config, settings, threads);
    Evaluator evaluator(trainer, model.weights, model.tokenizer, settings.sequence);
    EXPECT_EQ(evaluator.result().nats, 0.0);
    ASSERT_TRUE(evaluator.add("").ok());
    const std::string text = "abc ab abc ab abc ab abc";
    ASSERT_TRUE(evaluator.add(text).ok());
    ASSERT_TRUE(evaluator.add(text).ok());
    const Evaluation result = evaluator.result();
    EXPECT_EQ(result.records, 2u);
    EXPECT_EQ(result.tokens, 2 * (model.tokenizer.encode(text).size() + 1));
    EXPECT_GT(result.nats, 0.0);
    EXPECT_NEAR(result.perplexity, std::exp(result.nats), 1e-9);
}

class Pretrain : public ::testing::Test {
protected:
    Pretrain() {
        settings_.train.sequence = 8;
        settings_.train.step_tokens = 24;
        settings_.train.warmup_steps = 2;
        settings_.train.learning_rate = 0.01f;
        settings_.steps = 12;
        settings_.decay_steps = 4;
        settings_.seed = 5;
        for (std::uint32_t i = 0; i < 300; ++i) stream_.push_back(i * i % 7);
    }

    Result<std::vector<float>> run(int thread_count, std::optional<TrainState> resume = {},
                                   const PretrainHooks& hooks = {}) {
        ThreadPool threads(thread_count);
        return pretrain(testing::small_config(), stream_, settings_, std::move(resume), threads,
                        AlwaysPermit(), hooks);
    }

    PretrainSettings settings_;
    std::vector<std::uint32_t> stream_;
};

TEST_F(Pretrain, Resumed_from_any_checkpoint_it_gives_the_bits_of_one_run) {
    std::vector<TrainState> states;
    PretrainHooks hooks;
    hooks.checkpoint_every = 5;
    hooks.checkpoint = [&](const TrainState& state) {
        states.push_back(state);
        return done();
    };
    const std::vector<float> once = run(1, {}, hooks).value();
    ASSERT_EQ(states.size(), 2u);
    for (const TrainState& state : states) EXPECT_EQ(run(2, state).value(), once);
}

TEST_F(Pretrain, The_loss_falls) {
    double first = 0.0, last = 0.0;
    PretrainHooks hooks;
    settings_.steps = 60;
    hooks.progress = [&](std::uint64_t step, double loss) { (step == 0 ? first : last) = loss; };
    ASSERT_TRUE(run(1, {}, hooks).ok());
    EXPECT_LT(last, first - 0.5);
}

TEST_F(Pretrain, The_rate_rises_stays_and_falls_to_almost_nothing) {
    EXPECT_FLOAT_EQ(pretrain_rate(settings_, 0), 0.005f);
    EXPECT_FLOAT_EQ(pretrain_rate(settings_, 1), 0.01f);
    EXPECT_FLOAT_EQ(pretrain_rate(settings_, 7), 0.01f);
    EXPECT_FLOAT_EQ(pretrain_rate(settings_, 8), 0.01f);
    EXPECT_FLOAT_EQ(pretrain_rate(settings_, 9), 0.0075f);
    EXPECT_FLOAT_EQ(pretrain_rate(settings_, 11), 0.0025f);
}

TEST_F(Pretrain, Until_the_decay_nothing_depends_on_how_long_the_run_will_be) {
    std::vector<TrainState> states;
    PretrainHooks hooks;
    hooks.checkpoint_every = 8;
    hooks.checkpoint = [&](const TrainState& state) {
        states.push_back(state);
        return done();
    };
    ASSERT_TRUE(run(1, {}, hooks).ok());
    settings_.steps = 15;
    ASSERT_TRUE(run(1, {}, hooks).ok());
    EXPECT_EQ(states.at(0).weights, states.at(1).weights);
}

TEST_F(Pretrain, Refuses_settings_that_do_not_fit_the_text) {
    settings_.train.step_tokens = 25;
    EXPECT_EQ(run(1).error().code, Code::bad_input);
    settings_.train.step_tokens = 24;
    settings_.decay_steps = 11;
    EXPECT_EQ(run(1).error().code, Code::bad_input);
    settings_.decay_steps = 4;
    stream_.resize(8);
    EXPECT_EQ(run(1).error().code, Code::bad_input);
}

}  // namespace
}  // namespace litura::engine
