#include "engine/generate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/canonical_math.hpp"
#include "engine/decoder.hpp"
#include "engine/philox.hpp"

namespace litura::engine {
namespace {

/// A number in [0, 1) for the choice at `position`.
double uniform(std::uint64_t seed, std::uint32_t position) {
    const PhiloxKey key = {static_cast<std::uint32_t>(seed),
                           static_cast<std::uint32_t>(seed >> 32)};
    return philox({position, 0, 0, 0}, key)[0] * 0x1p-32;
}

/// Token ids, most likely first, the smaller id among equals; the `keep` first are in order.
std::vector<std::uint32_t> ranked(std::span<const float> logits, std::size_t keep) {
    std::vector<std::uint32_t> ids(logits.size());
    std::iota(ids.begin(), ids.end(), 0u);
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(keep), ids.end(),
                      [&](std::uint32_t a, std::uint32_t b) {
                          return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
                      });
    ids.resize(keep);
    return ids;
}

std::uint32_t choose(std::span<const float> logits, const GenerateOptions& options,
                     std::uint32_t position) {
    if (options.temperature == 0.0f) return ranked(logits, 1)[0];
    const std::size_t keep =
        options.top_k == 0 ? logits.size() : std::min<std::size_t>(options.top_k, logits.size());
    const std::vector<std::uint32_t> ids = ranked(logits, keep);
    std::vector<double> shares;
    double total = 0.0;
    const double most = logits[ids[0]];
    for (const std::uint32_t id : ids) {
        const double above = (logits[id] - most) / options.temperature;
        shares.push_back(canonical_exp(std::max(above, -700.0)));
        total += shares.back();
    }
    double left = uniform(options.seed, position) * total;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        left -= shares[i];
        if (left < 0.0) return ids[i];
    }
    return ids.back();
}

/// Separator and prompt, shortened at the beginning so that at least half the context is left to
/// write in.
std::vector<std::uint32_t> start_of(const Model& model, std::string_view prompt,
                                    const GenerateOptions& options) {
    std::vector<std::uint32_t> tokens = model.tokenizer.encode(prompt);
    const std::uint32_t context = model.config.context;
    const std::uint32_t room = std::min(options.max_tokens, context / 2);
    const std::size_t most = std::max(context - room, 1u) - 1;
    if (tokens.size() > most) {
        tokens.erase(tokens.begin(), tokens.end() - static_cast<std::ptrdiff_t>(most));
    }
    tokens.insert(tokens.begin(), model.tokenizer.separator());
    return tokens;
}

/// Litura's own training puts the separator after every text, so it ends one in any model.
bool ends_text(const Model& model, std::uint32_t token) {
    return token == model.tokenizer.separator() ||
           std::ranges::find(model.config.eos, token) != model.config.eos.end();
}

}  // namespace

Result<std::string> generate(const Model& model, std::string_view prompt,
                             const GenerateOptions& options, const Permit& permit) {
    if (!(options.temperature >= 0.0f) || std::isinf(options.temperature)) {
        return Error{Code::bad_input, "the temperature must be a number from 0 on", {}, {}};
    }
    const std::vector<std::uint32_t> start = start_of(model, prompt, options);
    const std::size_t room =
        std::min<std::size_t>(options.max_tokens, model.config.context - start.size() + 1);
    Decoder decoder(model.config, model.weights, start.size() + std::max<std::size_t>(room, 1) - 1);
    std::span<const float> logits;
    for (const std::uint32_t token : start) {
        TRY(permit.check(Act::serve));
        logits = decoder.next(token);
    }
    std::vector<std::uint32_t> written;
    while (written.size() < room) {
        TRY(permit.check(Act::serve));
        const auto position = static_cast<std::uint32_t>(written.size());
        const std::uint32_t token = choose(logits, options, position);
        if (ends_text(model, token)) break;
        written.push_back(token);
        if (written.size() < room) logits = decoder.next(token);
    }
    const bool from_nothing = start.size() == 1;
    return from_nothing ? model.tokenizer.decode_text(written) : model.tokenizer.decode(written);
}

}  // namespace litura::engine
