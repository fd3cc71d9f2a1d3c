// Low-rank adapters: beside each frozen matrix W (outputs x inputs) of a layer stands scale * B *
// A, with B (outputs x rank) trained from zero and A (rank x inputs) drawn once and frozen, the
// same for every stage and shard. So the mean of several shards' B is the mean of their updates,
// exactly, and a trained state is small. Hu et al. 2021, arXiv 2106.09685; frozen A: Zhang et al.
// 2023, arXiv 2308.03303. Tensor names are those of PEFT.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/layout.hpp"

namespace litura::engine {

struct LoraSettings {
    std::uint32_t rank = 0;  ///< 0: no adapter, all weights are trained
    float alpha = 0.0f;      ///< scale = alpha / rank
    std::uint64_t seed = 0;  ///< of every A

    bool on() const { return rank > 0; }
    bool operator==(const LoraSettings&) const = default;
};

/// The matrices that have an adapter: "self_attn.q_proj" and six more in every layer.
bool is_adapted(std::string_view tensor);

class Lora {
public:
    /// settings.on()
    Lora(const formats::LlamaConfig& config, const LoraSettings& settings);

    const LoraSettings& settings() const { return settings_; }
    float scale() const { return settings_.alpha / static_cast<float>(settings_.rank); }
    /// Every B, which is what is trained.
    const Layout& trained() const { return trained_; }
    /// Every A, and its values.
    const Layout& frozen() const { return frozen_; }
    const std::vector<float>& a() const { return a_; }

    static std::string name_of_a(std::string_view tensor);
    static std::string name_of_b(std::string_view tensor);

    /// `weights` (in the model's layout) with the adapter `b` added: w + scale * (product sum of B
    /// and A), one rounding for the last step; where the product sum is zero, w bit for bit.
    std::vector<float> merged(std::span<const float> weights, std::span<const float> b) const;

private:
    LoraSettings settings_;
    Layout model_, trained_, frozen_;
    std::vector<float> a_;
};

}  // namespace litura::engine
