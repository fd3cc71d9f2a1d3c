#include "engine/llama_next_token.hpp"

#include <algorithm>

#include "engine/float_environment.hpp"

namespace litura::engine {
namespace {

/// Nothing goes back through these layers, so one layer's memory serves all.
constexpr TrainMethod kForwardOnly{.lora = {}, .recompute = true};

PassShape shape_of(const formats::LlamaConfig& config) {
    PassShape shape;
    shape.sequence = std::min(shape.sequence, config.context);
    return shape;
}

}  // namespace

LlamaNextToken::LlamaNextToken(const formats::LlamaConfig& config, std::span<const float> weights,
                               ThreadPool& pool, PassShape shape)
    : config_(config), weights_(weights), pool_(pool), shape_(shape) {}

LlamaNextToken::LlamaNextToken(const Model& model, ThreadPool& pool)
    : LlamaNextToken(model.config, model.weights, pool, shape_of(model.config)) {}

std::unique_ptr<Reading> LlamaNextToken::begin(std::size_t positions) {
    if (!packed_) packed_ = std::make_shared<const PackedWeights>(config_, weights_);
    return std::make_unique<Decoder>(packed_, positions);
}

Result<std::vector<float>> LlamaNextToken::losses(std::span<const Window> windows) {
    if (!network_)
        network_.emplace(config_, std::max(shape_.tokens, shape_.sequence), shape_.sequence,
                         chosen_kernels(), pool_, kForwardOnly);
    TRY(check_float_environment(network_->team()));
    TRY(network_->load(windows));
    network_->loss(weights_);
    const auto losses = network_->losses();
    return std::vector<float>(losses.begin(), losses.end());
}

}  // namespace litura::engine
