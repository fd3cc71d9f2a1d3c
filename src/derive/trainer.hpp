// What the graph needs of a trainer, and no more: weights to start from, and the next state from a
// slice's texts. The real one is llama_trainer.hpp; the tests use a hash as weights
// (toy_trainer.hpp), so that every property of the graph runs in milliseconds.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/env.hpp"
#include "base/permit.hpp"
#include "base/secret.hpp"
#include "base/threads.hpp"
#include "engine/trainer.hpp"  // TrainState

namespace litura::derive {

/// The texts of one author in one slice, in order. A window never holds two authors' words.
struct AuthorTexts {
    Digest account;
    std::vector<PersonalText> texts;
};

using OnTokens = std::function<void(std::uint64_t targets)>;

/// All methods but make_worker()'s product are const and thread-safe.
class Trainer {
public:
    /// Trains slices on one thread of the caller's; several workers run side by side.
    class Worker {
    public:
        virtual ~Worker() = default;
        /// One slice: `epochs` passes over the authors in order. Checks the Permit at every
        /// optimizer step. Returns the real targets of one epoch.
        virtual Result<std::uint64_t> train(engine::TrainState& state,
                                            const std::vector<AuthorTexts>& slice,
                                            std::uint32_t epochs, const Permit& permit,
                                            const OnTokens& on_tokens) = 0;
    };

    virtual ~Trainer() = default;
    virtual Digest base_digest() const = 0;
    /// What is trained, before any training: the base's weights, or an adapter of zeros.
    virtual std::vector<float> start_weights() const = 0;
    virtual std::unique_ptr<Worker> make_worker(int threads) const = 0;
    /// Memory that one worker takes while it trains, with its state.
    virtual std::uint64_t worker_bytes(int threads) const = 0;
    /// Targets of a text in its author's stream: its tokens and the separator after it.
    virtual std::uint64_t count_targets(const PersonalText& text) const = 0;
    /// How a memory's passages become tokens, all below vocabulary(); the separator stands between
    /// texts.
    virtual std::vector<std::uint32_t> encode(std::string_view text) const = 0;
    virtual std::uint32_t separator() const = 0;
    virtual std::uint32_t vocabulary() const = 0;
    /// Of the model that such weights make.
    virtual Digest model_digest(std::span<const float> weights) const = 0;
    /// model.safetensors, config.json, tokenizer.json; where an adapter is trained, its two files
    /// too.
    virtual Result<void> write_model(Env& env, const Path& folder,
                                     std::span<const float> weights) const = 0;
    /// Digest of the model that a folder really holds.
    virtual Result<Digest> read_digest(Env& env, const Path& folder) const = 0;
};

}  // namespace litura::derive
