#include "audit/claim.hpp"

#include <algorithm>
#include <cmath>

#include "audit/contrast.hpp"
#include "engine/sampling.hpp"

namespace litura::audit {
namespace {

using Tokens = std::vector<std::uint32_t>;

/// Called for each token of `said` with the logits from which it would be chosen. `prompt` begins
/// with the separator.
template <typename Each>
void follow(engine::NextToken& model, const Tokens& prompt, const Tokens& said, Each each) {
    const auto text = model.begin(prompt.size() + said.size());
    for (const std::uint32_t token : prompt) text->read(token);
    for (const std::uint32_t token : said) {
        each(token, text->logits());
        text->read(token);
    }
}

double loss(std::uint32_t token, std::span<const float> logits) {
    const double most = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits) sum += std::exp(logit - most);
    return most + std::log(sum) - logits[token];
}

}  // namespace

Verdict Claim::verdict() const {
    if (begun == tokens) return Verdict::reproduced;
    return longest >= kRunTokens ? Verdict::in_part : Verdict::not_shown;
}

Result<Claim> examine(engine::NextToken& model, engine::NextToken& base,
                      const engine::Tokenizer& tokenizer, std::string_view prompt,
                      std::string_view said, const Permit& permit) {
    TRY(permit.check(Operation::serve));
    // Cut where the prompt ends, as a prompt is when it is completed.
    Tokens before = tokenizer.encode(prompt);
    before.insert(before.begin(), tokenizer.separator());
    const Tokens tokens = tokenizer.encode(said);
    if (tokens.empty())
        return Error{Code::bad_input, "there are no words to look for", "--said", "give a text"};
    if (before.size() + tokens.size() > std::min(model.context(), base.context()))
        return Error{Code::bad_input, "prompt and words are longer than the model's context",
                     "--said", "give the part that matters most"};
    Claim claim;
    claim.tokens = tokens.size();
    bool all = true;
    std::uint64_t run = 0;
    follow(model, before, tokens, [&](std::uint32_t token, std::span<const float> logits) {
        const bool likeliest = engine::likeliest(logits) == token;
        all = all && likeliest;
        claim.begun += all;
        run = likeliest ? run + 1 : 0;
        claim.longest = std::max(claim.longest, run);
        claim.nats += loss(token, logits);
    });
    follow(base, before, tokens, [&](std::uint32_t token, std::span<const float> logits) {
        claim.base_nats += loss(token, logits);
    });
    claim.nats /= static_cast<double>(tokens.size());
    claim.base_nats /= static_cast<double>(tokens.size());
    return claim;
}

}  // namespace litura::audit
