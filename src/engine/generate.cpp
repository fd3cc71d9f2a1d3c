#include "engine/generate.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace litura::engine {
namespace {

/// Separator and prompt, shortened at the beginning so that at least half the context is left to
/// write in.
std::vector<std::uint32_t> start_of(const Tokenizer& tokenizer, std::size_t context,
                                    std::string_view prompt, std::uint32_t max_tokens) {
    std::vector<std::uint32_t> tokens = tokenizer.encode(prompt);
    const std::size_t room = std::min<std::size_t>(max_tokens, context / 2);
    const std::size_t most = std::max<std::size_t>(context - room, 1) - 1;
    if (tokens.size() > most) {
        tokens.erase(tokens.begin(), tokens.end() - static_cast<std::ptrdiff_t>(most));
    }
    tokens.insert(tokens.begin(), tokenizer.separator());
    return tokens;
}

/// Litura's own training puts the separator after every text, so it ends one in any model.
bool ends_text(const Model& model, std::uint32_t token) {
    return token == model.tokenizer.separator() ||
           std::ranges::find(model.config.eos, token) != model.config.eos.end();
}

}  // namespace

Result<Generated> generate(NextToken& next, const Model& model, std::string_view prompt,
                           const GenerateOptions& options, const Permit& permit) {
    const float temperature = options.sampling.temperature;
    if (!(temperature >= 0.0f) || std::isinf(temperature)) {
        return Error{Code::bad_input, "the temperature must be a number from 0 on", {}, {}};
    }
    std::vector<std::uint32_t> start =
        start_of(model.tokenizer, next.context(), prompt, options.max_tokens);
    const std::size_t room =
        std::min<std::size_t>(options.max_tokens, next.context() - start.size() + 1);
    const auto text = next.begin(start.size() + std::max<std::size_t>(room, 1) - 1);
    for (const std::uint32_t token : start) {
        TRY(permit.check(Operation::serve));
        text->read(token);
    }
    std::vector<std::uint32_t> written;
    while (written.size() < room) {
        TRY(permit.check(Operation::serve));
        const auto position = static_cast<std::uint32_t>(written.size());
        const std::uint32_t token = choose(text->logits(), options.sampling, position);
        if (ends_text(model, token)) break;
        written.push_back(token);
        if (written.size() < room) text->read(token);
    }
    const bool from_nothing = start.size() == 1;
    std::string out =
        from_nothing ? model.tokenizer.decode_text(written) : model.tokenizer.decode(written);
    return Generated{std::move(out), std::move(start), std::move(written)};
}

}  // namespace litura::engine
