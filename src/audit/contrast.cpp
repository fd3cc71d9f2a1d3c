#include "audit/contrast.hpp"

#include <algorithm>
#include <cmath>

#include "engine/decoder.hpp"
#include "engine/philox.hpp"

namespace litura::audit {
namespace {

constexpr float kPlausible = 2.302585f;  // in nats below the likeliest: a tenth of its share

std::size_t likeliest(std::span<const float> logits) {
    return static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
}

/// Both models on one text, token by token.
class Together {
public:
    Together(const Pair& pair, std::size_t positions)
        : saw_(pair.saw.config, pair.saw.weights, positions),
          did_not_(pair.did_not.config, pair.did_not.weights, positions) {}

    void next(std::uint32_t token) {
        first_ = saw_.next(token);
        second_ = did_not_.next(token);
        const float least = first_[likeliest(first_)] - kPlausible;
        contrast_.assign(first_.size(), -INFINITY);
        for (std::size_t id = 0; id < first_.size(); ++id)
            if (first_[id] >= least) contrast_[id] = 2 * first_[id] - second_[id];
    }
    std::span<const float> first() const { return first_; }
    std::span<const float> second() const { return second_; }
    std::span<const float> contrast() const { return contrast_; }

private:
    engine::Decoder saw_, did_not_;
    std::span<const float> first_, second_;
    std::vector<float> contrast_;
};

std::uint32_t draw(std::span<const float> logits, std::uint32_t sample, std::uint32_t position) {
    const float most = logits[likeliest(logits)];
    double total = 0;
    for (const float logit : logits) total += std::exp(double{logit} - most);
    double left = engine::philox({position, sample, 0, 0}, {0, 0})[0] * 0x1p-32 * total;
    for (std::size_t id = 0; id < logits.size(); ++id) {
        left -= std::exp(double{logits[id]} - most);
        if (left < 0) return static_cast<std::uint32_t>(id);
    }
    return static_cast<std::uint32_t>(likeliest(logits));
}

}  // namespace

// As long as every token so far was the text's, feeding the text's own token is what generating
// would have done: one pass answers for all three.
Result<void> try_extract(const Pair& pair, std::span<const std::uint32_t> text, Extraction& count,
                         const Permit& permit) {
    constexpr std::size_t kNeeded = kPromptTokens + kExactTokens;
    if (text.size() < kNeeded || pair.saw.config.context < kNeeded) return done();
    TRY(permit.check(Act::serve));
    Together both(pair, kNeeded);
    both.next(pair.saw.tokenizer.separator());
    bool saw = true, did_not = true, contrast = true;
    for (std::size_t at = 0; at < kNeeded; ++at) {
        if (at >= kPromptTokens) {
            saw = saw && likeliest(both.first()) == text[at];
            did_not = did_not && likeliest(both.second()) == text[at];
            contrast = contrast && likeliest(both.contrast()) == text[at];
        }
        if (at + 1 < kNeeded) both.next(text[at]);
    }
    ++count.prompts;
    count.saw += saw;
    count.did_not += did_not;
    count.contrast += contrast;
    return done();
}

Result<std::vector<std::vector<std::uint32_t>>> draw_samples(const Pair& pair,
                                                             const Permit& permit) {
    const std::size_t length = std::min<std::size_t>(kSampleTokens, pair.saw.config.context);
    std::vector<std::vector<std::uint32_t>> samples(kSamples);
    for (std::uint32_t sample = 0; sample < kSamples; ++sample) {
        TRY(permit.check(Act::serve));
        Together both(pair, length);
        std::uint32_t token = pair.saw.tokenizer.separator();
        for (std::uint32_t position = 0; position < length; ++position) {
            both.next(token);
            token = draw(both.contrast(), sample, position);
            samples[sample].push_back(token);
        }
    }
    return samples;
}

bool found_in(std::span<const std::vector<std::uint32_t>> samples,
              std::span<const std::uint32_t> text) {
    for (std::size_t at = 0; at + kRunTokens <= text.size(); ++at) {
        const auto run = text.subspan(at, kRunTokens);
        for (const auto& sample : samples)
            if (!std::ranges::search(sample, run).empty()) return true;
    }
    return false;
}

}  // namespace litura::audit
