#include "audit/contrast.hpp"

#include <algorithm>
#include <cmath>

#include "engine/philox.hpp"
#include "engine/sampling.hpp"

namespace litura::audit {
namespace {

constexpr float kPlausible = 2.302585f;  // in nats below the likeliest: a tenth of its share

using engine::likeliest;

std::uint32_t draw(std::span<const float> logits, std::uint32_t sample, std::uint32_t position) {
    const float most = logits[likeliest(logits)];
    double total = 0;
    for (const float logit : logits) total += std::exp(double{logit} - most);
    double left = engine::philox({position, sample, 0, 0}, {0, 0})[0] * 0x1p-32 * total;
    for (std::size_t id = 0; id < logits.size(); ++id) {
        left -= std::exp(double{logits[id]} - most);
        if (left < 0) return static_cast<std::uint32_t>(id);
    }
    return likeliest(logits);
}

}  // namespace

Contrast::Contrast(const Pair& pair)
    : separator_(pair.tokenizer.separator()),
      positions_(
          std::min(pair.saw.context(), std::max(kPromptTokens + kExactTokens, kSampleTokens))),
      saw_(pair.saw.begin(positions_)), did_not_(pair.did_not.begin(positions_)) {}

void Contrast::begin() {
    saw_->rewind();
    did_not_->rewind();
    next(separator_);
}

void Contrast::next(std::uint32_t token) {
    saw_->read(token);
    did_not_->read(token);
    first_ = saw_->logits();
    second_ = did_not_->logits();
    const float least = first_[likeliest(first_)] - kPlausible;
    contrast_.assign(first_.size(), -INFINITY);
    for (std::size_t id = 0; id < first_.size(); ++id)
        if (first_[id] >= least) contrast_[id] = 2 * first_[id] - second_[id];
}

// As long as every token so far was the text's, feeding the text's own token is what generating
// would have done: one pass answers for all three.
Result<void> Contrast::try_extract(std::span<const std::uint32_t> text, Extraction& count,
                                   const Permit& permit) {
    constexpr std::size_t kNeeded = kPromptTokens + kExactTokens;
    if (text.size() < kNeeded || positions_ < kNeeded) return done();
    TRY(permit.check(Operation::serve));
    begin();
    for (std::size_t at = 0; at < kPromptTokens; ++at) next(text[at]);
    bool saw = true, did_not = true, contrast = true;
    for (std::size_t at = kPromptTokens; at < kNeeded && (saw || did_not || contrast); ++at) {
        saw = saw && likeliest(first_) == text[at];
        did_not = did_not && likeliest(second_) == text[at];
        contrast = contrast && likeliest(contrast_) == text[at];
        if (at + 1 < kNeeded) next(text[at]);
    }
    ++count.prompts;
    count.saw += saw;
    count.did_not += did_not;
    count.contrast += contrast;
    return done();
}

Result<std::vector<std::vector<std::uint32_t>>> Contrast::draw_samples(const Permit& permit) {
    const std::size_t length = std::min(kSampleTokens, positions_);
    std::vector<std::vector<std::uint32_t>> samples(kSamples);
    for (std::uint32_t sample = 0; sample < kSamples; ++sample) {
        TRY(permit.check(Operation::serve));
        begin();
        for (std::uint32_t position = 0; position < length; ++position) {
            samples[sample].push_back(draw(contrast_, sample, position));
            if (position + 1 < length) next(samples[sample].back());
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
