// Text that goes on from a prompt: the next token asked for, chosen, read, again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/permit.hpp"
#include "base/result.hpp"
#include "engine/model.hpp"
#include "engine/next_token.hpp"
#include "engine/sampling.hpp"

namespace litura::engine {

struct GenerateOptions {
    std::uint32_t max_tokens = 100;
    Sampling sampling;
};

struct Generated {
    std::string text;                            ///< after the prompt, without it
    std::vector<std::uint32_t> prompt, written;  ///< tokens that were read first; that came then
};
/// Goes on from `prompt`. Ends at the separator or a token that ends texts, after
/// max_tokens, or where the context is full; a prompt too long for the context loses its beginning.
/// Of `model` only the tokenizer and the tokens that end texts are used. Checks
/// Permit(Operation::serve) before each token.
Result<Generated> generate(NextToken& next, const Model& model, std::string_view prompt,
                           const GenerateOptions& options, const Permit& permit);

}  // namespace litura::engine
