// The recipe of a base: everything that decides its bits except the texts themselves.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/pretrain.hpp"
#include "formats/llama_config.hpp"

namespace litura::service {

struct PretrainRecipe {
    /// On whose word the texts hold no personal data: declared, evidenced, none.
    std::string base_claim;
    formats::LlamaConfig config;  ///< bos and eos are the last token, the tokenizer's separator
    engine::PretrainSettings settings;
    /// By file name, how often it stands in the stream; a file that is not named stands there once.
    std::map<std::string, std::uint32_t> repeat;
    /// Every so-manieth document of a file is not learned but judged.
    std::uint32_t held_out_every = 0;
};

/// Strict: unknown, missing and doubtful keys are Code::bad_input. models/base.toml is a commented
/// example.
Result<PretrainRecipe> parse_pretrain_recipe(std::string_view toml);

}  // namespace litura::service
