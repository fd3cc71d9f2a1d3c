// Text that goes on from a prompt. Choices are drawn by Philox from seed and position, so the same
// call gives the same text on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/permit.hpp"
#include "base/result.hpp"
#include "engine/model.hpp"

namespace litura::engine {

struct GenerateOptions {
    std::uint32_t max_tokens = 100;
    float temperature = 0.8f;  ///< 0: always the most likely token
    std::uint32_t top_k = 40;  ///< only the k most likely ones; 0: all
    std::uint64_t seed = 0;
};

/// The text after `prompt`, without it. Ends at the separator or a token that ends texts, after
/// max_tokens, or where the context is full; a prompt too long for the context loses its beginning.
/// Checks Permit(Act::serve) before each token.
Result<std::string> generate(const Model& model, std::string_view prompt,
                             const GenerateOptions& options, const Permit& permit);

}  // namespace litura::engine
