// What two models give away together: words that one of them saw and the other did not are where
// their logits differ most. Contrast = the one that saw, plus once the difference to the other,
// among the tokens that the first finds likely (model guidance and plausibility as in Li et al.
// 2023, "Contrastive Decoding", and as the extraction from a model and its successor in
// "Unlearned but Not Forgotten", 2025).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/permit.hpp"
#include "engine/next_token.hpp"
#include "engine/tokenizer.hpp"

namespace litura::audit {

/// Of one architecture and tokenizer; all outlive the pair.
struct Pair {
    engine::NextToken& saw;
    engine::NextToken& did_not;
    const engine::Tokenizer& tokenizer;
};

constexpr std::size_t kPromptTokens = 16;  ///< of a text, given
constexpr std::size_t kExactTokens = 16;   ///< after them, to be written exactly
constexpr std::size_t kRunTokens = 12;     ///< of a text, found in a sample
constexpr std::size_t kSamples = 32, kSampleTokens = 48;

/// Texts whose next tokens come out exactly, each time the most likely token.
struct Extraction {
    std::uint64_t prompts = 0;   ///< texts long enough to ask for
    std::uint64_t saw = 0;       ///< by the model that saw them, alone
    std::uint64_t did_not = 0;   ///< by the other, alone
    std::uint64_t contrast = 0;  ///< by both
    double rate() const {
        return prompts == 0 ? 0 : static_cast<double>(contrast) / static_cast<double>(prompts);
    }
};

/// Both models on one text after the other.
class Contrast {
public:
    explicit Contrast(const Pair& pair);

    /// Asks for one text and counts; a text too short is passed over.
    Result<void> try_extract(std::span<const std::uint32_t> text, Extraction& count,
                             const Permit& permit);
    /// Texts drawn from nothing but the contrast, at temperature 1, the same every time.
    Result<std::vector<std::vector<std::uint32_t>>> draw_samples(const Permit& permit);

private:
    void begin();
    void next(std::uint32_t token);

    std::uint32_t separator_;
    std::size_t positions_;
    std::unique_ptr<engine::Reading> saw_, did_not_;
    std::span<const float> first_, second_;  ///< logits, by either
    std::vector<float> contrast_;
};

/// Does a run of kRunTokens of `text` stand in any of the samples?
bool found_in(std::span<const std::vector<std::uint32_t>> samples,
              std::span<const std::uint32_t> text);

}  // namespace litura::audit
