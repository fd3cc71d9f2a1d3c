// The head and the loss: logits for a chunk of tokens at a time, so that they stay small whatever
// the vocabulary, and the head's gradient as one canonical sum over these chunks.
#include <algorithm>
#include <cmath>

#include "engine/network.hpp"
#include "engine/next_token.hpp"

namespace litura::engine {

double Network::head(const Pass& pass) {
    const std::size_t dim = config_.dim, vocab = config_.vocab;
    const float* matrix = pass.weights + head_;
    products_.pack({matrix, 1, dim}, dim, vocab, head_forward_);
    if (pass.gradient != nullptr) products_.pack({matrix, dim, 1}, vocab, dim, head_backward_);
    for (std::size_t begin = 0; begin < rows(); begin += kChunk)
        head_block(pass, begin, std::min(rows(), begin + kChunk));
    return sum_of_losses(losses());
}

/// Losses of the tokens [begin, end); with a gradient also their share of the head's, and
/// d_normed_.
void Network::head_block(const Pass& pass, std::size_t begin, std::size_t end) {
    const std::size_t dim = config_.dim, vocab = config_.vocab;
    float* logits = logits_.data();
    products_.multiply({final_normed_.data() + begin * dim, dim, 1}, end - begin, head_forward_,
                       logits, vocab);
    const float share = 1.0f / static_cast<float>(rows());
    team_.run_blocks(end - begin, 4, [&](std::size_t, std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            float* row = logits + i * vocab;
            const std::uint32_t target = targets_[begin + i];
            const float logit = row[target];
            const SoftmaxStats stats = kernels_.softmax(row, vocab, 1.0f);
            losses_.data()[begin + i] = (stats.maximum + canonical_log(stats.sum)) - logit;
            if (pass.gradient == nullptr) continue;
            // d logit = (p - [target]) / targets
            const float factor = share / stats.sum;
            const float at_target = std::fma(row[target], factor, -share);
            kernels_.scale(row, vocab, factor);
            row[target] = at_target;
        }
    });
    if (pass.gradient == nullptr) return;
    products_.multiply({logits, vocab, 1}, end - begin, head_backward_,
                       d_normed_.data() + begin * dim, dim);
    if (lora_) return;
    products_.pack({final_normed_.data() + begin * dim, dim, 1}, end - begin, dim, right_);
    products_.multiply({logits, 1, vocab}, vocab, right_, pass.gradient + head_, dim,
                       {begin > 0, end < rows()});
}

}  // namespace litura::engine
