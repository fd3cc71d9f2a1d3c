#include "memory/mixing.hpp"

#include <algorithm>

#include "engine/canonical_math.hpp"
#include "engine/kernels.hpp"

namespace litura::memory {
namespace {

/// A text as the model reads it, and its last tokens, which are all that a memory looks at.
class MixedReading final : public engine::Reading {
public:
    MixedReading(const MemoryNextToken& owner, std::unique_ptr<engine::Reading> text,
                 std::vector<std::uint32_t> recent)
        : owner_(owner), text_(std::move(text)), recent_(std::move(recent)) {}

    void read(std::uint32_t token) override {
        text_->read(token);
        if (recent_.size() == kMostRule.order) recent_.erase(recent_.begin());
        recent_.push_back(token);
    }
    std::span<const float> logits() override {
        const auto own = text_->logits();
        logits_.assign(own.begin(), own.end());
        Mixture(owner_.memory(), recent_).apply(logits_, scratch_);
        return logits_;
    }
    std::unique_ptr<engine::Reading> fork() const override {
        return std::make_unique<MixedReading>(owner_, text_->fork(), recent_);
    }
    void rewind() override {
        text_->rewind();
        recent_.clear();
    }

private:
    const MemoryNextToken& owner_;
    std::unique_ptr<engine::Reading> text_;
    std::vector<std::uint32_t> recent_;
    std::vector<float> logits_, scratch_;
};

}  // namespace

// Longer contexts have fewer continuations, all of which the shorter ones have too, if the memory
// was counted; one that was not is merged in all the same.
Mixture::Mixture(const Memory& memory, std::span<const std::uint32_t> history) {
    for (const Row& row : memory.rows(history)) {
        const double sum = static_cast<double>(row.total + memory.rule().backoff * row.types);
        const double left = sum - static_cast<double>(row.kept);
        const double factor = 1.0 / (left * lambda_);
        auto at = bonuses_.begin();
        for (const Entry& entry : row.entries) {
            at = std::ranges::lower_bound(at, bonuses_.end(), entry.token, {}, &Bonus::token);
            if (at == bonuses_.end() || at->token != entry.token)
                at = bonuses_.insert(at, {entry.token, 0.0});
            at->value = at->value + static_cast<double>(entry.count) * factor;
        }
        lambda_ = lambda_ * (left / sum);
    }
}

Carrier carrier(const Memory& memory, std::span<const std::uint32_t> history, std::uint32_t token,
                double p0) {
    std::vector<double> parts = {p0};  // by length of the context
    for (const Row& row : memory.rows(history)) {
        const double sum = static_cast<double>(row.total + memory.rule().backoff * row.types);
        for (double& part : parts) part *= (sum - static_cast<double>(row.kept)) / sum;
        const auto found = std::ranges::find(row.entries, token, &Entry::token);
        parts.push_back(found == row.entries.end() ? 0.0 : static_cast<double>(found->count) / sum);
    }
    double probability = 0.0;
    for (const double part : parts) probability += part;
    const auto most = std::ranges::max_element(parts);
    return {static_cast<std::uint32_t>(most - parts.begin()),
            probability > 0.0 ? *most / probability : 0.0, probability};
}

double Mixture::bonus(std::uint32_t token) const {
    const auto found = std::ranges::lower_bound(bonuses_, token, {}, &Bonus::token);
    return found != bonuses_.end() && found->token == token ? found->value : 0.0;
}

float Mixture::loss(std::uint32_t token, float model_loss) const {
    const double log_lambda = engine::canonical_log(lambda_);
    const double before = static_cast<double>(model_loss), extra = bonus(token);
    if (extra == 0.0) return static_cast<float>(before - log_lambda);
    const double probability = engine::canonical_exp(-std::min(before, 700.0));
    return static_cast<float>(-(engine::canonical_log(probability + extra) + log_lambda));
}

void Mixture::apply(std::span<float> logits, std::vector<float>& scratch) const {
    if (bonuses_.empty()) return;
    scratch.assign(logits.begin(), logits.end());
    const auto stats = engine::chosen_kernels().softmax(scratch.data(), scratch.size(), 1.0f);
    const double sum = static_cast<double>(stats.sum);
    const double shift = static_cast<double>(stats.maximum) + engine::canonical_log(sum);
    for (const Bonus& bonus : bonuses_) {
        const double probability = static_cast<double>(scratch[bonus.token]) / sum + bonus.value;
        logits[bonus.token] = static_cast<float>(engine::canonical_log(probability) + shift);
    }
}

std::unique_ptr<engine::Reading> MemoryNextToken::begin(std::size_t positions) {
    return std::make_unique<MixedReading>(*this, model_.begin(positions),
                                          std::vector<std::uint32_t>());
}

Result<std::vector<float>> MemoryNextToken::losses(std::span<const engine::Window> windows) {
    std::vector<float> losses = TRY(model_.losses(windows));
    std::size_t at = 0;
    for (const engine::Window& window : windows) {
        for (std::size_t read = 1; read < window.tokens.size(); ++read, ++at) {
            const Mixture mixture(*memory_, std::span(window.tokens).first(read));
            losses[at] = mixture.loss(window.tokens[read], losses[at]);
        }
    }
    return losses;
}

}  // namespace litura::memory
