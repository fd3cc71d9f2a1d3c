// Causal grouped-query attention of one window and one key-value head, forward and backward, on the
// calling thread. Scores are recomputed in the backward pass from the row's maximum and sum.
#pragma once

#include <cstddef>

#include "engine/product.hpp"
#include "formats/llama_config.hpp"

namespace litura::engine {

struct AttentionShape {
    explicit AttentionShape(const formats::LlamaConfig& config);

    std::size_t heads, kv_heads, head_dim, group;  ///< group = query heads of one key-value head
    std::size_t row;                               ///< floats of one token's q, k, v side by side
    std::size_t out_row;  ///< floats of one token's output: heads * head_dim
    float scale;          ///< 1 / sqrt(head_dim), applied to the score after its product

    std::size_t query_at(std::size_t head) const { return head * head_dim; }
    std::size_t key_at(std::size_t kv) const { return (heads + kv) * head_dim; }
    std::size_t value_at(std::size_t kv) const { return (heads + kv_heads + kv) * head_dim; }
};

/// One window: `length` tokens, row after row.
struct AttentionWindow {
    std::size_t length;
    const float* qkv;  ///< length x row, rotated
    float* out;        ///< length x out_row
    float* maxima;     ///< length x heads
    float* sums;       ///< length x heads
};

/// Memory for one thread.
class AttentionScratch {
public:
    AttentionScratch(const Kernels& kernels, const AttentionShape& shape, std::size_t longest);

private:
    friend void attend(const Kernels&, const AttentionShape&, const AttentionWindow&, std::size_t,
                       std::size_t, AttentionScratch&);
    friend class BackwardPass;

    std::size_t stride_;  ///< between rows of scores
    PackedRight keys_down_, keys_across_, values_down_, values_across_, rows_;
    Buffer scores_, d_scores_, gathered_, left_;
};

/// Writes out, maxima and sums of the queries from `first_query` on.
void attend(const Kernels& kernels, const AttentionShape& shape, const AttentionWindow& window,
            std::size_t kv, std::size_t first_query, AttentionScratch& scratch);

/// From d_out (length x out_row) the gradients of q, k and v, into d_qkv (length x row).
void attend_backward(const Kernels& kernels, const AttentionShape& shape,
                     const AttentionWindow& window, const float* d_out, float* d_qkv,
                     std::size_t kv, AttentionScratch& scratch);

}  // namespace litura::engine
