// "Your model said my words": what EDPB Opinion 28/2024 calls a claim of regurgitation, looked at
// so that anybody gets the same answer again. It says what this model does with these words, not
// where it has them from: the words may be everybody's, and a paraphrase is not looked for.
#pragma once

#include <cstdint>
#include <span>

#include "base/permit.hpp"
#include "engine/next_token.hpp"
#include "engine/tokenizer.hpp"

namespace litura::audit {

/// not_shown is not "it cannot happen".
enum class Verdict { reproduced, in_part, not_shown };

struct Claim {
    std::uint64_t tokens = 0;  ///< of the words that are said to have come out
    std::uint64_t begun = 0;   ///< of them from the first on, each the likeliest after those before
    std::uint64_t longest = 0;       ///< likewise from any of them on
    double nats = 0, base_nats = 0;  ///< loss on them a token, by the model and by its base
    /// reproduced: after the prompt, temperature 0 writes all of them. in_part: a run of kRunTokens
    /// (contrast.hpp) comes out so, each after the true words before it.
    Verdict verdict() const;
};

/// `prompt` (may be empty) and `said` (may not) are read together and must fit the model's context:
/// else Code::bad_input. Checks Permit(Operation::serve). Model and base share a tokenizer.
Result<Claim> examine(engine::NextToken& model, engine::NextToken& base,
                      const engine::Tokenizer& tokenizer, std::string_view prompt,
                      std::string_view said, const Permit& permit);

}  // namespace litura::audit
