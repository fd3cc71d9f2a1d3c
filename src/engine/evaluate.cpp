#include "engine/evaluate.hpp"

#include <cmath>
#include <vector>

namespace litura::engine {

Result<void> Evaluator::add(std::string_view text) {
    const std::vector<std::vector<std::uint32_t>> texts = {tokenizer_.encode(text)};
    const std::vector<Window> windows = pack(texts, tokenizer_.separator(), sequence_);
    if (windows.empty()) return done();
    const Trainer::Loss loss = TRY(trainer_.loss(weights_, windows));
    sum_ += loss.sum;
    tokens_ += loss.targets;
    ++records_;
    return done();
}

Evaluation Evaluator::result() const {
    Evaluation result;
    result.tokens = tokens_;
    result.records = records_;
    if (tokens_ > 0) result.nats = sum_ / static_cast<double>(tokens_);
    result.perplexity = std::exp(result.nats);
    return result;
}

}  // namespace litura::engine
