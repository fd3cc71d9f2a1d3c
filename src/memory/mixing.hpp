// A memory before a model: the one rule by which counts and logits become one distribution. It sums
// to one after every context, and leaves to the model what is rare (docs/canonical-arithmetic.md).
#pragma once

#include <memory>

#include "engine/next_token.hpp"
#include "memory/memory.hpp"

namespace litura::memory {

/// The rows of one place in a text, folded: p(w) = Lambda * (p0(w) + bonus(w)), p0 the model's.
class Mixture {
public:
    Mixture(const Memory& memory, std::span<const std::uint32_t> history);

    /// Token and bonus of every token that has one; tokens ascend.
    struct Bonus {
        std::uint32_t token = 0;
        double value = 0.0;
    };
    std::span<const Bonus> bonuses() const { return bonuses_; }
    double bonus(std::uint32_t token) const;
    double lambda() const { return lambda_; }

    /// -log p of `token` from -log p0 of it, in nats.
    float loss(std::uint32_t token, float model_loss) const;
    /// Logits of the mixed distribution in place of the model's, on the same scale: those of tokens
    /// without a bonus stay as they are. `scratch` is overwritten.
    void apply(std::span<float> logits, std::vector<float>& scratch) const;

private:
    std::vector<Bonus> bonuses_;
    double lambda_ = 1.0;
};

/// What stands behind a token after a history.
struct Carrier {
    std::uint32_t context = 0;  ///< tokens of the context that gives most; 0: the model
    double share = 0.0;         ///< of the token's probability, that is theirs
    double probability = 0.0;   ///< the token's
};
/// `p0`: what the model alone gives the token. For people to read: ordinary arithmetic.
Carrier carrier(const Memory& memory, std::span<const std::uint32_t> history, std::uint32_t token,
                double p0);

/// Asks the model beneath, and mixes. Losses by its passes agree with those of its readings but for
/// rounding.
class MemoryNextToken final : public engine::NextToken {
public:
    /// `model` outlives it; its vocabulary is the memory's. LITURA_SIMD must be unset or sound.
    MemoryNextToken(engine::NextToken& model, std::shared_ptr<const Memory> memory)
        : model_(model), memory_(std::move(memory)) {}

    /// From the next token on, in every reading.
    void use(std::shared_ptr<const Memory> memory) { memory_ = std::move(memory); }
    const Memory& memory() const { return *memory_; }

    std::size_t context() const override { return model_.context(); }
    std::unique_ptr<engine::Reading> begin(std::size_t positions) override;
    engine::PassShape shape() const override { return model_.shape(); }
    Result<std::vector<float>> losses(std::span<const engine::Window> windows) override;

private:
    engine::NextToken& model_;
    std::shared_ptr<const Memory> memory_;
};

}  // namespace litura::memory
