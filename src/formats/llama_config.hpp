// The shape of a Llama model as a Hugging Face config.json states it. Reads what our engine
// computes exactly and refuses the rest by name (biases, other activations, other scalings of the
// rotary positions): a model that would be computed differently from what its file says is worse
// than none. docs/bases.md has the list. Knows no tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/dtype.hpp"

namespace litura::formats {

/// How rotary frequencies were stretched for a longer context. With f the plain frequency and
/// turns = original_context * f / 2 pi:
///   linear  f / factor
///   llama3  f / factor where turns <= low_turns, f where turns >= high_turns, and between them
///           the mean of both, weighted by where turns lies
struct RopeScaling {
    enum class Kind { none, linear, llama3 };
    Kind kind = Kind::none;
    float factor = 1.0f;
    float low_turns = 0.0f;   ///< low_freq_factor; llama3 only, as those below
    float high_turns = 0.0f;  ///< high_freq_factor
    std::uint32_t original_context = 0;

    bool operator==(const RopeScaling&) const = default;
};

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
    RopeScaling rope_scaling = {};
    float norm_eps = 1e-5f;
    bool tied = true;                       ///< the head is the embedding
    std::optional<std::uint32_t> bos = {};  ///< begins a text
    std::vector<std::uint32_t> eos = {};    ///< each ends a text; no token twice

    /// What stands between two texts: the token that begins one, else the one that ends one.
    std::uint32_t separator() const {
        CHECK(bos || !eos.empty());
        return bos ? *bos : eos.front();
    }

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
