// The shape of a Llama model as a Hugging Face config.json states it. Reads what our engine
// computes exactly and refuses the rest by name (rope scaling, biases, other activations): a model
// that would be computed differently from what its file says is worse than none. Knows no tensors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "formats/dtype.hpp"

namespace litura::formats {

struct LlamaConfig {
    std::uint32_t vocab = 0;
    std::uint32_t dim = 0;
    std::uint32_t layers = 0;
    std::uint32_t heads = 0;
    std::uint32_t kv_heads = 0;  ///< divides heads
    std::uint32_t head_dim = 0;  ///< even
    std::uint32_t hidden = 0;    ///< width of the feed-forward part
    std::uint32_t context = 0;   ///< the longest sequence
    float rope_theta = 10000.0f;
    float norm_eps = 1e-5f;
    bool tied = true;  ///< the head is the embedding
    std::uint32_t bos = 0;
    std::uint32_t eos = 0;

    bool operator==(const LlamaConfig&) const = default;
};

/// Limits and divisibility; Code::bad_input names the field.
Result<void> check_llama_config(const LlamaConfig& config);

/// The text of a config.json; the result has passed check_llama_config.
Result<LlamaConfig> parse_llama_config(std::string_view json);

/// Canonical config.json: fixed keys in a fixed order, two spaces, ends with a line feed. `dtype`
/// is what the weights beside it are stored as; it is not part of the architecture.
std::string to_config_json(const LlamaConfig& config, Dtype dtype = Dtype::f32);

}  // namespace litura::formats
