// How well a model foretells texts: the mean loss in nats a token. Each text is judged alone, from
// the separator before it to the one after it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "engine/next_token.hpp"
#include "engine/tokenizer.hpp"

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
    /// Both outlive the evaluator.
    Evaluator(NextToken& next, const Tokenizer& tokenizer) : next_(next), tokenizer_(tokenizer) {}

    Result<void> add(std::string_view text);
    Evaluation result() const;

private:
    NextToken& next_;
    const Tokenizer& tokenizer_;
    Loss loss_;
    std::uint64_t records_ = 0;
};

}  // namespace litura::engine
