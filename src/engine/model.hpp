// A model as people hold it: architecture, weights, tokenizer, in a folder with Hugging Face names.
// Other people's folders may be sharded and hold more; ours are exactly three files
// (model.safetensors, config.json, tokenizer.json), so that `cmp` is meaningful. Nothing here
// computes with the weights.
//
// The model digest names a model whatever its folder looks like: SHA-256 over
//
//   digest       := "litura model 1\n" architecture u32 bos, eos tokenizer tensors
//                 | "litura model 2\n" architecture foreign tokenizer tensors
//   architecture := u32 vocab, dim, layers, heads, kv_heads, head_dim, hidden, context;
//                   f32 rope_theta, norm_eps; u8 tied
//   foreign      := u8 rope scaling (0 none, 1 linear, 2 llama3);
//                   f32 factor, low_turns, high_turns; u32 original_context;
//                   u32 how many bos, bos ..; u32 how many eos, eos ..
//   tokenizer    := SHA-256 of the canonical tokenizer.json (32 bytes)
//   tensors      := u32 how many, then in byte-wise name order
//                   (text name, u32 rank, u64 extent .., f32 value ..) for each
//
// little-endian, text with a u64 length before it. The first form is for one bos, one eos and no
// rope scaling, and only then. F16 and BF16 on disk are expanded to f32 first;
// metadata, number format and file names are not part of it.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/env.hpp"
#include "base/result.hpp"
#include "engine/tokenizer.hpp"
#include "formats/dtype.hpp"
#include "formats/llama_config.hpp"

namespace litura::engine {

struct Model {
    formats::LlamaConfig config;
    std::vector<float> weights;  ///< in the order of Layout(config)
    Tokenizer tokenizer;
};

/// Names of the files in `folder` that make the model: the canonical three, or instead of
/// model.safetensors the index and the shards it names. Code::environment if there is neither.
Result<std::vector<std::string>> model_files(Env& env, const Path& folder);

/// Code::environment if a file is missing, Code::bad_input if the files do not make one model:
/// every tensor of the architecture with its shape, once, and no other (a buffer of rotary
/// frequencies, or a tied model's head that equals its embedding, is fine), a tokenizer of at most
/// the stated size that has the config's separator.
Result<Model> load_model(Env& env, const Path& folder);

inline constexpr std::array<std::string_view, 3> kModelFiles = {
    "config.json", "model.safetensors", "tokenizer.json"};

/// Writes the canonical files into `folder`, made if absent, and syncs it. What is written as BF16
/// comes back rounded. Not atomic: write into a temporary folder and rename it.
Result<void> write_model(Env& env, const Path& folder, const formats::LlamaConfig& config,
                         std::span<const float> weights, const Tokenizer& tokenizer,
                         formats::Dtype dtype);

Digest model_digest(const formats::LlamaConfig& config, std::span<const float> weights,
                    const Tokenizer& tokenizer);

}  // namespace litura::engine
