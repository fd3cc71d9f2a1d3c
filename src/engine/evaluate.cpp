#include "engine/evaluate.hpp"

#include <cmath>
#include <vector>

namespace litura::engine {

Result<void> Evaluator::add(std::string_view text) {
    const std::vector<std::vector<std::uint32_t>> texts = {tokenizer_.encode(text)};
    const std::vector<Window> windows = pack(texts, tokenizer_.separator(), next_.shape().sequence);
    if (windows.empty()) return done();
    const Loss loss = TRY(total_loss(next_, windows));
    loss_.sum += loss.sum;
    loss_.targets += loss.targets;
    ++records_;
    return done();
}

Evaluation Evaluator::result() const {
    Evaluation result;
    result.tokens = loss_.targets;
    result.records = records_;
    if (loss_.targets > 0) result.nats = loss_.sum / static_cast<double>(loss_.targets);
    result.perplexity = std::exp(result.nats);
    return result;
}

}  // namespace litura::engine
