// How well a model foretells texts: the mean loss in nats a token. Each text is judged alone, from
// the separator before it to the one after it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "engine/tokenizer.hpp"
#include "engine/trainer.hpp"

namespace litura::engine {

struct Evaluation {
    double nats = 0.0;  ///< mean over all tokens; 0 without any
    double perplexity = 1.0;
    std::uint64_t tokens = 0;
    std::uint64_t records = 0;  ///< texts with at least one token
};

/// A sum that texts are added to one by one, so that a long file need not be held.
class Evaluator {
public:
    /// All three outlive the evaluator.
    Evaluator(Trainer& trainer, std::span<const float> weights, const Tokenizer& tokenizer,
              std::uint32_t sequence)
        : trainer_(trainer), weights_(weights), tokenizer_(tokenizer), sequence_(sequence) {}

    Result<void> add(std::string_view text);
    Evaluation result() const;

private:
    Trainer& trainer_;
    std::span<const float> weights_;
    const Tokenizer& tokenizer_;
    std::uint32_t sequence_;
    double sum_ = 0.0;
    std::uint64_t tokens_ = 0, records_ = 0;
};

}  // namespace litura::engine
