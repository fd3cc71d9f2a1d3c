// A trainer without floats' troubles: weights are a hash of everything that training may see, so
// that any change of input, order or history changes them, and every property, race and crash of
// the graph can be tried in milliseconds. Tests only.
#pragma once

#include <atomic>
#include <cstring>
#include <memory>

#include "derive/project.hpp"
#include "derive/trainer.hpp"

namespace litura::derive::testing {

/// What a test may do to the trainers of its projects. Shared by all of them; `on_step` may be
/// called by several threads at once.
struct ToySwitches {
    std::function<void()> on_step;           ///< before each optimizer step (one text) trains
    std::atomic<std::uint64_t> steps = 0;    ///< ever trained
    std::atomic<std::uint64_t> targets = 0;  ///< ever trained
    std::atomic<std::uint64_t> encoded = 0;  ///< texts ever made tokens for a memory
    std::atomic<bool> faulty = false;  ///< a machine whose bits depend on how often it was asked
};

class ToyTrainer final : public Trainer {
public:
    explicit ToyTrainer(std::shared_ptr<ToySwitches> switches) : switches_(std::move(switches)) {}

    Digest base_digest() const override { return model_digest(start_weights()); }
    std::vector<float> start_weights() const override { return floats(sha256("toy base")); }
    std::uint64_t count_targets(const PersonalText& text) const override {
        return text.reveal().size() + 1;
    }
    std::vector<std::uint32_t> encode(std::string_view text) const override {
        ++switches_->encoded;
        const ByteView bytes = bytes_of(text);
        return {bytes.begin(), bytes.end()};
    }
    std::uint32_t separator() const override { return 256; }
    std::uint32_t vocabulary() const override { return 257; }
    Digest model_digest(std::span<const float> weights) const override {
        return Hasher().update("toy model").update(bytes_of_values(weights)).finish();
    }
    Result<void> write_model(Env& env, const Path& folder,
                             std::span<const float> weights) const override {
        TRY(env.make_folders(folder));
        TRY(env.write_file(folder / "model.safetensors", bytes_of_values(weights)));
        TRY(env.write_file(folder / "config.json", bytes_of("{}")));
        TRY(env.write_file(folder / "tokenizer.json", bytes_of("{}")));
        return env.sync_folder(folder);
    }
    Result<Digest> read_digest(Env& env, const Path& folder) const override {
        return Hasher()
            .update("toy model")
            .update(TRY(env.read_file(folder / "model.safetensors")))
            .finish();
    }
    std::uint64_t worker_bytes(int) const override { return 0; }
    std::unique_ptr<Worker> make_worker(int) const override {
        return std::make_unique<ToyWorker>(*this);
    }

private:
    /// Eight numbers in [-1, 1], multiples of 2^-15: merging rounds nothing away.
    static std::vector<float> floats(const Digest& digest) {
        std::vector<float> out;
        for (std::size_t at = 0; at < 8; ++at) {
            const int value = digest.bytes[2 * at] * 256 + digest.bytes[2 * at + 1];
            out.push_back(static_cast<float>(value - 32768) / 32768.0f);
        }
        return out;
    }

    class ToyWorker final : public Worker {
    public:
        explicit ToyWorker(const ToyTrainer& trainer) : switches_(*trainer.switches_) {}

        Result<std::uint64_t> train(engine::TrainState& state,
                                    const std::vector<AuthorTexts>& slice, std::uint32_t epochs,
                                    const Permit& permit, const OnTokens& on_tokens) override {
            std::uint64_t targets = 0;
            for (std::uint32_t epoch = 0; epoch < epochs; ++epoch) {
                targets = 0;
                for (const AuthorTexts& author : slice) {
                    for (std::size_t index = 0; index < author.texts.size(); ++index) {
                        TRY(step(state, author.texts[index], index == 0, permit));
                        const std::uint64_t here = author.texts[index].reveal().size() + 1;
                        targets += here;
                        switches_.targets += here;
                        on_tokens(here);
                    }
                }
            }
            return targets;
        }

    private:
        /// A window starts anew with each author; who the author is does not matter.
        Result<void> step(engine::TrainState& state, const PersonalText& text, bool starts,
                          const Permit& permit) {
            if (switches_.on_step) switches_.on_step();
            TRY(permit.check(Operation::step));
            const std::uint64_t count = ++switches_.steps;
            ByteWriter seen;
            for (const auto* values : {&state.weights, &state.first_moment, &state.second_moment}) {
                for (const float value : *values) seen.f32(value);
            }
            seen.u64(state.steps);
            seen.u8(starts ? 1 : 0);
            seen.text(text.reveal());
            if (switches_.faulty) seen.u64(count);
            const Digest next = sha256(seen.bytes());
            state.weights = floats(next);
            state.first_moment = floats(sha256(next.view()));
            state.second_moment = floats(hmac(next.view(), {}));
            ++state.steps;
            state.beta1_power *= 0.5f;
            state.beta2_power *= 0.75f;
            return done();
        }

        ToySwitches& switches_;
    };

    std::shared_ptr<ToySwitches> switches_;
};

inline TrainerFactory toy_factory(std::shared_ptr<ToySwitches> switches) {
    return [switches](Env&, const Path&, const Recipe&) -> Result<std::unique_ptr<Trainer>> {
        return std::unique_ptr<Trainer>(std::make_unique<ToyTrainer>(switches));
    };
}

}  // namespace litura::derive::testing
