// Trains one slice: packs its texts into windows and takes the optimizer's steps over them.
#include "derive/llama_trainer.hpp"

#include "base/text.hpp"
#include "engine/kernels.hpp"
#include "engine/lora_files.hpp"
#include "engine/memory.hpp"
#include "engine/model.hpp"

namespace litura::derive {
namespace {

class LlamaWorker final : public Trainer::Worker {
public:
    LlamaWorker(const engine::Model& base, const engine::TrainSettings& settings, int threads)
        : tokenizer_(base.tokenizer), settings_(settings), pool_(threads),
          trainer_(base.config, settings, pool_, base.weights) {}

    Result<std::uint64_t> train(engine::TrainState& state, const std::vector<AuthorTexts>& slice,
                                std::uint32_t epochs, const Permit& permit,
                                const OnTokens& on_tokens) override {
        std::vector<engine::Window> windows;
        for (const AuthorTexts& author : slice) {
            std::vector<std::vector<std::uint32_t>> texts;
            for (const PersonalText& text : author.texts)
                texts.push_back(tokenizer_.encode(text.reveal()));
            auto packed = engine::pack(texts, tokenizer_.separator(), settings_.sequence);
            std::move(packed.begin(), packed.end(), std::back_inserter(windows));
        }
        std::uint64_t targets = 0;
        for (std::uint32_t epoch = 0; epoch < epochs; ++epoch) {
            targets = TRY(trainer_.train(state, windows, permit, on_tokens));
        }
        return targets;
    }

private:
    const engine::Tokenizer& tokenizer_;
    engine::TrainSettings settings_;
    ThreadPool pool_;
    engine::Trainer trainer_;
};

class LlamaTrainer final : public Trainer {
public:
    LlamaTrainer(engine::Model base, const engine::TrainSettings& settings)
        : base_(std::move(base)), settings_(settings),
          digest_(engine::model_digest(base_.config, base_.weights, base_.tokenizer)) {
        if (settings.method.lora.on()) lora_.emplace(base_.config, settings.method.lora);
    }

    Digest base_digest() const override { return digest_; }
    std::vector<float> start_weights() const override {
        return lora_ ? std::vector<float>(lora_->trained().count()) : base_.weights;
    }
    std::unique_ptr<Worker> make_worker(int threads) const override {
        return std::make_unique<LlamaWorker>(base_, settings_, threads);
    }
    std::uint64_t worker_bytes(int threads) const override {
        return engine::training_memory(base_.config, settings_, threads).bytes();
    }
    std::uint64_t count_targets(const PersonalText& text) const override {
        return base_.tokenizer.encode(text.reveal()).size() + 1;
    }
    std::vector<std::uint32_t> encode(std::string_view text) const override {
        return base_.tokenizer.encode(text);
    }
    std::uint32_t separator() const override { return base_.tokenizer.separator(); }
    std::uint32_t vocabulary() const override { return base_.config.vocab; }
    Digest model_digest(std::span<const float> weights) const override {
        if (!lora_) return engine::model_digest(base_.config, weights, base_.tokenizer);
        return engine::model_digest(base_.config, lora_->merged(base_.weights, weights),
                                    base_.tokenizer);
    }
    Result<void> write_model(Env& env, const Path& folder,
                             std::span<const float> weights) const override {
        if (!lora_) return write_whole(env, folder, weights);
        TRY(write_whole(env, folder, lora_->merged(base_.weights, weights)));
        return engine::write_adapter(env, folder, *lora_, weights, digest_);
    }
    Result<Digest> read_digest(Env& env, const Path& folder) const override {
        const engine::Model model = TRY(engine::load_model(env, folder));
        const Digest digest = engine::model_digest(model.config, model.weights, model.tokenizer);
        if (!lora_) return digest;
        const auto adapter = TRY(engine::read_adapter(env, folder, *lora_, digest_));
        if (model_digest(adapter) == digest) return digest;
        return Error{Code::check_failed, "base and adapter do not make the model beside them",
                     folder.filename().string(), "run 'litura derive' again"};
    }

private:
    Result<void> write_whole(Env& env, const Path& folder, std::span<const float> weights) const {
        return engine::write_model(env, folder, base_.config, weights, base_.tokenizer,
                                   formats::Dtype::f32);
    }

    engine::Model base_;
    engine::TrainSettings settings_;
    Digest digest_;
    std::optional<engine::Lora> lora_;
};

}  // namespace

Result<std::unique_ptr<Trainer>> load_llama_trainer(Env& env, const Path& folder,
                                                    const Recipe& recipe) {
    TRY(engine::choose_kernels());
    engine::Model base = TRY(engine::load_model(env, folder));
    if (recipe.train.sequence > base.config.context) {
        return Error{Code::bad_input, "[train] sequence is longer than the base's context",
                     "litura.toml", "lower 'sequence' or choose another base"};
    }
    return std::unique_ptr<Trainer>(std::make_unique<LlamaTrainer>(std::move(base), recipe.train));
}

}  // namespace litura::derive
