// Reads, calls the engine, writes. A checkpoint is bound to recipe and texts by a digest, so that
// it is never continued with others.
#include "service/pretraining.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/threads.hpp"
#include "base/input.hpp"
#include "base/replace_file.hpp"
#include "corpus/demo_data.hpp"
#include "engine/bpe_trainer.hpp"
#include "engine/layout.hpp"
#include "engine/llama_next_token.hpp"
#include "engine/model.hpp"
#include "engine/pretrain.hpp"
#include "service/pretrain_recipe.hpp"

namespace litura::service {
namespace {

constexpr std::uint32_t kCheckpointSteps = 100;
constexpr std::uint64_t kHeldOutTokens = 50'000;
constexpr const char* kCheckpointKind = "litura pretrain checkpoint 1";

struct Texts {
    std::vector<std::string> documents;  ///< each once: what the tokenizer is made of
    std::vector<std::uint32_t> repeat;   ///< how often each stands in the stream
    std::vector<std::string> held_out;
    Digest digest;  ///< of names and contents, in order
};

/// Blank lines separate documents; line ends inside one stay.
std::vector<std::string> split_documents(std::string_view text) {
    std::vector<std::string> documents;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        std::string_view document = text.substr(0, end);
        while (document.starts_with('\n')) document.remove_prefix(1);
        while (document.ends_with('\n')) document.remove_suffix(1);
        if (!document.empty()) documents.emplace_back(document);
        text.remove_prefix(std::min(end + 2, text.size()));
    }
    return documents;
}

Result<Texts> read_texts(Env& env, std::vector<Path> paths, const PretrainRecipe& recipe) {
    std::ranges::sort(paths, {}, [](const Path& path) { return path.filename().string(); });
    Texts texts;
    Hasher hasher;
    std::set<std::string> names;
    for (const Path& path : paths) {
        const std::string name = path.filename().string();
        if (!names.insert(name).second) {
            return Error{Code::bad_input, "two texts have the same file name", name, {}};
        }
        const Bytes bytes = TRY(env.read_file(path));
        hasher.update(sha256(name).view()).update(sha256(bytes).view());
        const auto found = recipe.repeat.find(name);
        const std::uint32_t times = found == recipe.repeat.end() ? 1 : found->second;
        std::uint64_t index = 0;
        for (std::string& document : split_documents(text_of(bytes))) {
            if (++index % recipe.held_out_every == 0) {
                texts.held_out.push_back(std::move(document));
            } else {
                texts.documents.push_back(std::move(document));
                texts.repeat.push_back(times);
            }
        }
    }
    texts.digest = hasher.finish();
    for (const auto& [name, times] : recipe.repeat) {
        if (!names.contains(name)) {
            return Error{Code::bad_input, "the recipe repeats a text that was not given", name, {}};
        }
    }
    return texts;
}

std::vector<std::uint32_t> stream_of(const Texts& texts, const engine::Tokenizer& tokenizer) {
    std::vector<std::uint32_t> stream = {tokenizer.separator()};
    for (std::size_t i = 0; i < texts.documents.size(); ++i) {
        const std::vector<std::uint32_t> tokens = tokenizer.encode(texts.documents[i]);
        for (std::uint32_t time = 0; time < texts.repeat[i]; ++time) {
            stream.insert(stream.end(), tokens.begin(), tokens.end());
            stream.push_back(tokenizer.separator());
        }
    }
    return stream;
}

/// The state of a run in a file beside the model folder: text kind, digest of recipe and texts, u64
/// steps, f32 beta powers, then weights and both moments.
class Checkpoint {
public:
    Checkpoint(Env& env, const Path& out, Digest binding, std::size_t count)
        : env_(env), path_(out.string() + ".checkpoint"), binding_(binding), count_(count) {}

    Result<void> save(const engine::TrainState& state) {
        ByteWriter out;
        out.text(kCheckpointKind);
        out.raw(binding_.view());
        out.u64(state.steps);
        out.f32(state.beta1_power);
        out.f32(state.beta2_power);
        for (const auto* values : {&state.weights, &state.first_moment, &state.second_moment}) {
            for (const float value : *values) out.f32(value);
        }
        return replace_file(env_, path_, out.bytes());
    }

    /// Nothing if there is none; an error if it is of another recipe or other texts.
    Result<std::optional<engine::TrainState>> load() {
        if (!env_.exists(path_)) return std::optional<engine::TrainState>();
        const Bytes bytes = TRY(env_.read_file(path_));
        ByteReader reader(bytes);
        const bool ours = reader.text() == kCheckpointKind &&
                          std::ranges::equal(reader.raw(binding_.bytes.size()), binding_.view());
        engine::TrainState state;
        state.steps = reader.u64();
        state.beta1_power = reader.f32();
        state.beta2_power = reader.f32();
        for (auto* values : {&state.weights, &state.first_moment, &state.second_moment}) {
            values->resize(count_);
            for (float& value : *values) value = reader.f32();
        }
        if (!ours || !reader.at_end()) {
            return Error{Code::forbidden, "the checkpoint belongs to another recipe or other texts",
                         path_.string(), "remove it to start from the beginning"};
        }
        return std::optional(std::move(state));
    }

    Result<void> remove() { return env_.remove(path_); }

private:
    Env& env_;
    Path path_;
    Digest binding_;
    std::size_t count_;
};

/// One line now and then, with the mean loss since the line before.
class Reporter {
public:
    Reporter(Observer& observer, std::uint32_t steps) : observer_(observer), steps_(steps) {}

    void report(std::uint64_t step, double loss) {
        sum_ += loss;
        ++count_;
        if ((step + 1) % 50 != 0 && step + 1 != steps_) return;
        observer_.say(
            fmt::format("step {} of {}: {:.4f} nats a token", step + 1, steps_, sum_ / count_));
        sum_ = 0.0;
        count_ = 0;
    }

private:
    Observer& observer_;
    std::uint32_t steps_;
    double sum_ = 0.0;
    int count_ = 0;
};

Result<engine::Evaluation> judge(const PretrainRecipe& recipe, std::span<const float> weights,
                                 const engine::Tokenizer& tokenizer, const Texts& texts,
                                 ThreadPool& threads) {
    const engine::TrainSettings& train = recipe.settings.train;
    engine::LlamaNextToken next(recipe.config, weights, threads,
                                {train.sequence, train.step_tokens});
    engine::Evaluator evaluator(next, tokenizer);
    // From all over the files: every n-th of the held-out documents until there are enough tokens.
    const std::size_t stride = std::max<std::size_t>(1, texts.held_out.size() / 1000);
    for (std::size_t i = 0; i < texts.held_out.size(); i += stride) {
        if (evaluator.result().tokens >= kHeldOutTokens) break;
        TRY(evaluator.add(texts.held_out[i]));
    }
    return evaluator.result();
}

}  // namespace

Result<Pretrained> pretrain(Env& env, const PretrainWish& wish, Observer& observer) {
    class Always final : public Permit {
    public:
        Result<void> check(Operation) const override { return done(); }
    };
    return pretrain(env, wish, observer, Always());
}

Result<Pretrained> pretrain(Env& env, const PretrainWish& wish, Observer& observer,
                            const Permit& permit) {
    const Bytes recipe_file = TRY(read_document(env, wish.recipe));
    const PretrainRecipe recipe = TRY(parse_pretrain_recipe(text_of(recipe_file)));
    const Texts texts = TRY(read_texts(env, wish.texts, recipe));
    observer.say(
        fmt::format("{} documents, {} held out", texts.documents.size(), texts.held_out.size()));
    const engine::Tokenizer tokenizer(TRY(engine::train_bpe(texts.documents, recipe.config.vocab)));
    const std::vector<std::uint32_t> stream = stream_of(texts, tokenizer);
    observer.say(fmt::format("{} tokens, vocabulary of {}", stream.size(), tokenizer.vocab()));

    Hasher binding;
    binding.update(sha256(recipe_file).view()).update(texts.digest.view());
    Checkpoint checkpoint(env, wish.out, binding.finish(), engine::Layout(recipe.config).count());
    auto resume = TRY(checkpoint.load());
    if (resume) observer.say(fmt::format("going on after step {}", resume->steps));
    Reporter reporter(observer, recipe.settings.steps);
    ThreadPool threads(thread_count(wish.threads));
    engine::PretrainHooks hooks;
    hooks.progress = [&](std::uint64_t step, double loss) { reporter.report(step, loss); };
    hooks.checkpoint_every = kCheckpointSteps;
    hooks.checkpoint = [&](const engine::TrainState& state) { return checkpoint.save(state); };
    const std::vector<float> weights = TRY(engine::pretrain(
        recipe.config, stream, recipe.settings, std::move(resume), threads, permit, hooks));

    TRY(permit.check(Operation::write));
    TRY(engine::write_model(env, wish.out, recipe.config, weights, tokenizer,
                            formats::Dtype::bf16));
    TRY(checkpoint.remove());
    const engine::Model written = TRY(engine::load_model(env, wish.out));
    Pretrained outcome;
    outcome.folder = wish.out;
    outcome.digest = engine::model_digest(written.config, written.weights, tokenizer);
    outcome.held_out = TRY(judge(recipe, written.weights, tokenizer, texts, threads));
    outcome.stream_tokens = stream.size();
    outcome.steps = recipe.settings.steps;
    return outcome;
}

Json to_json(const Pretrained& pretrained) {
    return {{"model", digest_text(pretrained.digest)},
            {"path", pretrained.folder.string()},
            {"loss", pretrained.held_out.nats},
            {"tokens", pretrained.stream_tokens},
            {"steps", pretrained.steps}};
}

Result<DemoData> make_demo_data(Env& env, const DemoData& wish) {
    TRY(corpus::write_demo_data(env, wish.folder, wish.people, wish.seed));
    return wish;
}

Json to_json(const DemoData& demo) {
    return {{"path", demo.folder.string()}, {"people", demo.people}, {"seed", demo.seed}};
}

}  // namespace litura::service
