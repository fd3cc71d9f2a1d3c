// A Llama model, asked for the next token: token by token by a Decoder, known texts by the batch
// network. Each is made when it is first needed.
#pragma once

#include <optional>

#include "base/threads.hpp"
#include "engine/decoder.hpp"
#include "engine/model.hpp"
#include "engine/network.hpp"
#include "engine/next_token.hpp"

namespace litura::engine {

class LlamaNextToken final : public NextToken {
public:
    /// Weights and pool outlive it; the pool works on known texts only. LITURA_SIMD must be unset
    /// or sound (choose_kernels()).
    LlamaNextToken(const formats::LlamaConfig& config, std::span<const float> weights,
                   ThreadPool& pool, PassShape shape);
    /// Windows as long as the context allows, up to those of the default shape.
    LlamaNextToken(const Model& model, ThreadPool& pool);

    std::size_t context() const override { return config_.context; }
    std::unique_ptr<Reading> begin(std::size_t positions) override;
    PassShape shape() const override { return shape_; }
    Result<std::vector<float>> losses(std::span<const Window> windows) override;

private:
    formats::LlamaConfig config_;
    std::span<const float> weights_;
    ThreadPool& pool_;
    PassShape shape_;
    std::shared_ptr<const PackedWeights> packed_;
    std::optional<Network> network_;
};

}  // namespace litura::engine
