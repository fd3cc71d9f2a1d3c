#include "engine/attention.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace litura::engine {
namespace {

/// Queries computed together; their scores of later keys than the last one's are never computed.
constexpr std::size_t kQueryBlock = 48;

}  // namespace

AttentionShape::AttentionShape(const formats::LlamaConfig& config)
    : heads(config.heads),
      kv_heads(config.kv_heads),
      head_dim(config.head_dim),
      group(heads / kv_heads),
      row((heads + 2 * kv_heads) * head_dim),
      out_row(heads * head_dim),
      scale(1.0f / std::sqrt(static_cast<float>(head_dim))) {}

AttentionScratch::AttentionScratch(const Kernels& kernels, const AttentionShape& shape,
                                   std::size_t longest)
    : stride_((longest + 15) / 16 * 16),
      scores_(kChunk * stride_),
      d_scores_(kChunk * stride_),
      gathered_(kChunk * shape.head_dim),
      left_(kLeftScratch) {
    keys_down_.shape(kernels, shape.head_dim, longest);
    values_down_.shape(kernels, shape.head_dim, longest);
    keys_across_.shape(kernels, longest, shape.head_dim);
    values_across_.shape(kernels, longest, shape.head_dim);
    rows_.shape(kernels, kChunk, shape.head_dim);
}

void attend(const Kernels& kernels, const AttentionShape& shape, const AttentionWindow& window,
            std::size_t kv, std::size_t first_query, AttentionScratch& scratch) {
    const float* keys = window.qkv + shape.key_at(kv);
    const float* values = window.qkv + shape.value_at(kv);
    scratch.keys_down_.shape(kernels, shape.head_dim, window.length);
    scratch.keys_down_.pack_all(kernels, {keys, 1, shape.row});
    scratch.values_across_.shape(kernels, window.length, shape.head_dim);
    scratch.values_across_.pack_all(kernels, {values, shape.row, 1});
    float* scores = scratch.scores_.data();
    const std::size_t stride = scratch.stride_;

    for (std::size_t head = kv * shape.group; head < (kv + 1) * shape.group; ++head) {
        for (std::size_t begin = first_query; begin < window.length; begin += kQueryBlock) {
            const std::size_t end = std::min(window.length, begin + kQueryBlock);
            product_rows(kernels,
                         {window.qkv + begin * shape.row + shape.query_at(head), shape.row, 1},
                         end - begin, scratch.keys_down_, shape.head_dim, end, scores, stride, {},
                         scratch.left_.data());
            for (std::size_t query = begin; query < end; ++query) {
                float* row = scores + (query - begin) * stride;
                const SoftmaxStats stats = kernels.softmax(row, query + 1, shape.scale);
                std::fill(row + query + 1, row + end, 0.0f);
                window.maxima[query * shape.heads + head] = stats.maximum;
                window.sums[query * shape.heads + head] = stats.sum;
            }
            float* out = window.out + begin * shape.out_row + head * shape.head_dim;
            product_rows(kernels, {scores, stride, 1}, end - begin, scratch.values_across_, end,
                         shape.head_dim, out, shape.out_row, {}, scratch.left_.data());
            for (std::size_t query = begin; query < end; ++query) {
                kernels.divide(out + (query - begin) * shape.out_row, shape.head_dim,
                               window.sums[query * shape.heads + head]);
            }
        }
    }
}

/// The gradients of keys and values are sums over the flat rows (head within the group, query). A
/// chunk of the canonical sum is computed at a time: first P and dS of its rows, then its share of
/// the two sums.
class BackwardPass {
public:
    BackwardPass(const Kernels& kernels, const AttentionShape& shape, const AttentionWindow& window,
                 const float* d_out, float* d_qkv, std::size_t kv, AttentionScratch& scratch)
        : kernels_(kernels),
          shape_(shape),
          window_(window),
          d_out_(d_out),
          d_qkv_(d_qkv),
          kv_(kv),
          scratch_(scratch) {}

    void run() {
        pack_keys_and_values();
        const std::size_t rows = shape_.group * window_.length;
        for (std::size_t begin = 0; begin < rows; begin += kChunk) {
            const std::size_t end = std::min(rows, begin + kChunk);
            for (std::size_t row = begin; row < end;) row = query_block(begin, row, end);
            const Sum sum{begin > 0, end < rows};
            key_sum(scratch_.scores_, d_out_, shape_.out_row, begin, end, shape_.value_at(kv_),
                    sum);
            key_sum(scratch_.d_scores_, window_.qkv, shape_.row, begin, end, shape_.key_at(kv_),
                    sum);
        }
    }

private:
    void pack_keys_and_values() {
        const float* keys = window_.qkv + shape_.key_at(kv_);
        const float* values = window_.qkv + shape_.value_at(kv_);
        scratch_.keys_down_.shape(kernels_, shape_.head_dim, window_.length);
        scratch_.keys_down_.pack_all(kernels_, {keys, 1, shape_.row});
        scratch_.values_down_.shape(kernels_, shape_.head_dim, window_.length);
        scratch_.values_down_.pack_all(kernels_, {values, 1, shape_.row});
        scratch_.keys_across_.shape(kernels_, window_.length, shape_.head_dim);
        scratch_.keys_across_.pack_all(kernels_, {keys, shape_.row, 1});
    }

    std::size_t head_of(std::size_t row) const { return kv_ * shape_.group + row / window_.length; }

    /// P, dS and dQ of some queries of one head, from flat row `row` on; returns the row after
    /// them.
    std::size_t query_block(std::size_t chunk, std::size_t row, std::size_t end) {
        const std::size_t head = head_of(row), first = row % window_.length;
        const std::size_t count = std::min({kQueryBlock, window_.length - first, end - row});
        const std::size_t keys = first + count, stride = scratch_.stride_;
        float* scores = scratch_.scores_.data() + (row - chunk) * stride;
        float* d_scores = scratch_.d_scores_.data() + (row - chunk) * stride;
        const float* queries = window_.qkv + first * shape_.row + shape_.query_at(head);
        const float* d_out = d_out_ + first * shape_.out_row + head * shape_.head_dim;
        const float* out = window_.out + first * shape_.out_row + head * shape_.head_dim;
        float* left = scratch_.left_.data();
        product_rows(kernels_, {queries, shape_.row, 1}, count, scratch_.keys_down_,
                     shape_.head_dim, keys, scores, stride, {}, left);
        product_rows(kernels_, {d_out, shape_.out_row, 1}, count, scratch_.values_down_,
                     shape_.head_dim, keys, d_scores, stride, {}, left);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t query = first + i, stat = query * shape_.heads + head;
            const float dot =
                kernels_.dot(d_out + i * shape_.out_row, out + i * shape_.out_row, shape_.head_dim);
            kernels_.attention_backward(scores + i * stride, d_scores + i * stride, query + 1,
                                        shape_.scale, window_.maxima[stat],
                                        1.0f / window_.sums[stat], dot);
            std::fill(scores + i * stride + query + 1, scores + i * stride + window_.length, 0.0f);
            std::fill(d_scores + i * stride + query + 1, d_scores + i * stride + window_.length,
                      0.0f);
        }
        product_rows(kernels_, {d_scores, stride, 1}, count, scratch_.keys_across_, keys,
                     shape_.head_dim, d_qkv_ + first * shape_.row + shape_.query_at(head),
                     shape_.row, {}, left);
        return row + count;
    }

    /// Adds (weights of the chunk's rows)^T * (their vectors) to the gradient at `column` of every
    /// key's row.
    void key_sum(const Buffer& weights, const float* vectors, std::size_t vector_stride,
                 std::size_t begin, std::size_t end, std::size_t column, Sum sum) {
        float* gathered = scratch_.gathered_.data();
        for (std::size_t row = begin; row < end; ++row) {
            const float* from =
                vectors + (row % window_.length) * vector_stride + head_of(row) * shape_.head_dim;
            std::memcpy(gathered + (row - begin) * shape_.head_dim, from,
                        shape_.head_dim * sizeof(float));
        }
        scratch_.rows_.shape(kernels_, end - begin, shape_.head_dim);
        scratch_.rows_.pack_all(kernels_, {gathered, shape_.head_dim, 1});
        for (std::size_t key = 0; key < window_.length; key += kQueryBlock) {
            const std::size_t count = std::min(kQueryBlock, window_.length - key);
            product_rows(kernels_, {weights.data() + key, 1, scratch_.stride_}, count,
                         scratch_.rows_, end - begin, shape_.head_dim,
                         d_qkv_ + key * shape_.row + column, shape_.row, sum,
                         scratch_.left_.data());
        }
    }

    const Kernels& kernels_;
    const AttentionShape& shape_;
    const AttentionWindow& window_;
    const float* d_out_;
    float* d_qkv_;
    std::size_t kv_;
    AttentionScratch& scratch_;
};

void attend_backward(const Kernels& kernels, const AttentionShape& shape,
                     const AttentionWindow& window, const float* d_out, float* d_qkv,
                     std::size_t kv, AttentionScratch& scratch) {
    BackwardPass(kernels, shape, window, d_out, d_qkv, kv, scratch).run();
}

}  // namespace litura::engine
