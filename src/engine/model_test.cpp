// Model folders are written and read back the same, and generate the same text.
#include "engine/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>

#include "engine/bpe_trainer.hpp"
#include "engine/evaluate.hpp"
#include "engine/generate.hpp"
#include "engine/llama_next_token.hpp"
#include "engine/layout.hpp"
#include "engine/pretrain.hpp"
#include "engine/test_models.hpp"
#include "formats/safetensors.hpp"

namespace litura::engine {
namespace {

using testing::AlwaysPermit;

class Refusal : public Permit {
public:
    Result<void> check(Operation) const override {
        return Error{Code::forbidden, "stopped", {}, {}};
    }
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

/// The files of a folder as others write it: two shards and their index, tensors in any order.
class ForeignFolder : public ModelFolder {
protected:
    using Tensors = std::vector<formats::TensorSource>;

    ForeignFolder() : model_(small_model()) {
        Tokenizer with_eot = two_special_tokens();
        model_.config.vocab = with_eot.vocab() + 5;  // rows of padding
        model_.config.eos = {with_eot.vocab() - 1, with_eot.separator()};
        model_.config.rope_scaling = {formats::RopeScaling::Kind::llama3, 8.0f, 1.0f, 4.0f, 64};
        model_.weights = testing::lively_weights(model_.config, 9);
        model_.tokenizer = std::move(with_eot);
    }

    static Tokenizer two_special_tokens() {
        formats::BpeModel bpe =
            train_bpe(std::vector<std::string>{"ab ab ab abc abc"}, 259).value();
        bpe.tokens.push_back("<|eot_id|>");
        bpe.specials.push_back(259);
        bpe.splitter = formats::Splitter::llama3;
        return Tokenizer(std::move(bpe));
    }

    Tensors tensors() const {
        Tensors all;
        const Layout layout(model_.config);
        for (const TensorSpec& spec : layout.tensors()) {
            all.push_back({spec.name, spec.shape,
                           std::span(model_.weights).subspan(spec.offset, spec.count)});
        }
        return all;
    }

    void put(const char* name, ByteView bytes) {
        ASSERT_TRUE(env_->make_folders(folder_).ok());
        ASSERT_TRUE(env_->write_file(folder_ / name, bytes).ok());
    }

    /// Every second tensor in one shard, the others and `more` in the other.
    void write_shards(const Tensors& more) {
        Tensors shards[2] = {{}, more};
        const Tensors all = tensors();
        for (std::size_t i = 0; i < all.size(); ++i) shards[i % 2].push_back(all[i]);
        put("one.safetensors", formats::write_safetensors(shards[0], formats::Dtype::f32));
        put("two.safetensors", formats::write_safetensors(shards[1], formats::Dtype::f32));
        put("model.safetensors.index.json",
            bytes_of(R"({"metadata": {"total_size": 1}, "weight_map":)"
                     R"({"a": "one.safetensors", "b": "two.safetensors"}})"));
        put("config.json", bytes_of(formats::to_config_json(model_.config)));
        put("tokenizer.json", bytes_of(model_.tokenizer.json()));
    }

    Digest digest() const { return model_digest(model_.config, model_.weights, model_.tokenizer); }

    Model model_;
};

TEST_F(ForeignFolder, In_shards_it_is_the_model_that_one_file_would_be) {
    const std::vector<float> frequencies = {1.0f, 0.5f, 0.25f};
    write_shards({{"model.layers.0.self_attn.rotary_emb.inv_freq", {3}, frequencies}});
    const Model read = load_model(*env_, folder_).value();
    EXPECT_EQ(read.config, model_.config);
    EXPECT_EQ(read.weights, model_.weights);
    EXPECT_EQ(model_digest(read.config, read.weights, read.tokenizer), digest());
    EXPECT_EQ(model_files(*env_, folder_).value(),
              (std::vector<std::string>{"one.safetensors", "two.safetensors",
                                        "model.safetensors.index.json", "config.json",
                                        "tokenizer.json"}));
    write(model_);
    EXPECT_EQ(load_model(*env_, folder_).value().weights, model_.weights) << "one file goes first";
    EXPECT_EQ(model_files(*env_, folder_).value().front(), "model.safetensors");
}

TEST_F(ForeignFolder, A_tied_head_may_be_stored_twice_if_it_is_the_embedding) {
    const Tensors all = tensors();
    const auto embedding =
        std::ranges::find(all, "model.embed_tokens.weight", &formats::TensorSource::name);
    ASSERT_NE(embedding, all.end());
    write_shards({{"lm_head.weight", embedding->shape, embedding->values}});
    EXPECT_EQ(load_model(*env_, folder_).value().weights, model_.weights);
    std::vector<float> other(embedding->values.begin(), embedding->values.end());
    other[5] += 1.0f;
    write_shards({{"lm_head.weight", embedding->shape, other}});
    EXPECT_EQ(load_model(*env_, folder_).error().where, "lm_head.weight");
}

TEST_F(ForeignFolder, Is_refused_if_a_tensor_is_there_twice_or_a_shard_is_missing) {
    const std::vector<float> norm(model_.config.dim);
    write_shards({});
    ASSERT_TRUE(load_model(*env_, folder_).ok());
    const Tensors again = {{"model.norm.weight", {model_.config.dim}, norm}};
    put("two.safetensors", formats::write_safetensors(again, formats::Dtype::f32));
    EXPECT_FALSE(load_model(*env_, folder_).ok());
    ASSERT_TRUE(env_->remove(folder_ / "two.safetensors").ok());
    EXPECT_EQ(load_model(*env_, folder_).error().code, Code::environment);
    ASSERT_TRUE(env_->remove(folder_ / "model.safetensors.index.json").ok());
    EXPECT_EQ(load_model(*env_, folder_).error().code, Code::environment);
    EXPECT_FALSE(model_files(*env_, folder_).ok());
}

TEST_F(ForeignFolder, Its_digest_changes_with_every_foreign_setting) {
    std::set<std::string> digests = {digest().hex()};
    const auto changes = [&](auto change) {
        const formats::LlamaConfig before = model_.config;
        change(model_.config);
        EXPECT_TRUE(digests.insert(digest().hex()).second);
        model_.config = before;
    };
    using Config = formats::LlamaConfig;
    changes([](Config& c) { c.rope_scaling = {}; });
    changes([](Config& c) { c.rope_scaling.kind = formats::RopeScaling::Kind::linear; });
    changes([](Config& c) { c.rope_scaling.factor = 4.0f; });
    changes([](Config& c) { c.rope_scaling.low_turns = 2.0f; });
    changes([](Config& c) { c.rope_scaling.high_turns = 8.0f; });
    changes([](Config& c) { c.rope_scaling.original_context = 32; });
    changes([](Config& c) { std::swap(c.eos[0], c.eos[1]); });
    changes([](Config& c) { c.eos.pop_back(); });
    changes([](Config& c) { c.bos = {}; });
    changes([](Config& c) { c.bos = 3; });
}

TEST(ShippedBase, Is_one_model_of_at_most_eight_and_a_half_megabytes_that_foretells_english) {
    const Path folder = Path(LITURA_SOURCE_DIR) / "models" / "base";
    const auto env = system_env();
    const Model model = load_model(*env, folder).value();
    EXPECT_EQ(model_digest(model.config, model.weights, model.tokenizer).hex(),
              "eadd8df637172041dada59445bca3ce726ab6cb6255feb9968606b91163d5ee6");
    EXPECT_LE(std::filesystem::file_size(folder / "model.safetensors"), 8'500'000u);
    ThreadPool threads(1);
    LlamaNextToken next(model, threads);
    Evaluator evaluator(next, model.tokenizer);
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

Result<std::string> generated(const Model& model, std::string_view prompt,
                              const GenerateOptions& options,
                              const Permit& permit = AlwaysPermit()) {
    ThreadPool pool(1);
    LlamaNextToken next(model, pool);
    return TRY(generate(next, model, prompt, options, permit)).text;
}

TEST(Generate, The_same_seed_gives_the_same_text_and_another_seed_another) {
    const Model model = small_model();
    GenerateOptions options;
    options.sampling.temperature = 2.0f;
    options.sampling.seed = 1;
    const std::string once = generated(model, "ab", options).value();
    EXPECT_EQ(generated(model, "ab", options).value(), once);
    options.sampling.seed = 2;
    EXPECT_NE(generated(model, "ab", options).value(), once);
}

TEST(Generate, Temperature_nought_and_the_likeliest_token_alone_agree) {
    const Model model = small_model();
    GenerateOptions greedy, single;
    greedy.sampling.temperature = 0.0f;
    single.sampling.top_k = 1;
    EXPECT_EQ(generated(model, "abc", greedy).value(), generated(model, "abc", single).value());
}

TEST(Generate, A_prompt_longer_than_the_context_loses_its_beginning) {
    const Model model = small_model();
    GenerateOptions options;
    options.sampling.temperature = 0.0f;
    options.max_tokens = 8;
    std::string tail;
    for (int i = 0; i < 55; ++i) tail += static_cast<char>('A' + i % 50);
    EXPECT_EQ(generated(model, std::string(5000, 'q') + tail, options).value(),
              generated(model, tail, options).value());
}

TEST(Generate, Any_token_that_ends_texts_ends_it) {
    Model model = small_model();
    GenerateOptions greedy;
    greedy.sampling.temperature = 0.0f;
    greedy.max_tokens = 6;
    const auto write = [&] { return generated(model, "abc", greedy).value(); };
    const std::string all = write();
    const std::vector<std::uint32_t> written = model.tokenizer.encode(all);
    ASSERT_GE(written.size(), 2u);
    model.config.eos = {model.tokenizer.separator(), written[0]};
    EXPECT_EQ(write(), "");
    model.config.eos = {3};
    EXPECT_EQ(write(), all);
}

TEST(Generate, A_stop_reaches_it) {
    EXPECT_EQ(generated(small_model(), "ab", {}, Refusal()).error().code, Code::forbidden);
}

TEST(Evaluator, Counts_each_token_and_the_separator_after_it_once) {
    const Model model = small_model();
    ThreadPool threads(1);
    LlamaNextToken next(model.config, model.weights, threads, {8, 16});
    Evaluator evaluator(next, model.tokenizer);
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
