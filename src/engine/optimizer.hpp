// Clipping by the global norm and AdamW, in canonical form. The state is what a slice hands to the
// next one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/kernels.hpp"
#include "engine/layout.hpp"
#include "engine/team.hpp"

namespace litura::engine {

struct AdamWSettings {
    float beta1, beta2, epsilon, weight_decay, clip_norm;
};

/// Everything that carries over from one optimizer step to the next. The powers are running
/// products.
struct TrainState {
    std::vector<float> weights, first_moment, second_moment;
    std::uint64_t steps = 0;
    float beta1_power = 1.0f, beta2_power = 1.0f;

    static TrainState fresh(std::vector<float> weights);
};

class AdamW {
public:
    AdamW(const Layout& layout, const AdamWSettings& settings, const Kernels& kernels,
          const Team& team);

    /// The norm of the gradient over all tensors.
    float norm(std::span<const float> gradient);
    /// One step. `norm` as above; weight decay reaches matrices only.
    void step(TrainState& state, std::span<const float> gradient, float norm,
              float learning_rate) const;

private:
    struct Piece {
        std::size_t begin, count;
        bool decays;
    };
    struct Range {
        std::size_t begin, count;
    };

    AdamWSettings settings_;
    const Kernels& kernels_;
    Team team_;
    std::vector<Range> tensors_;  ///< in name order
    std::vector<Piece> pieces_;
    std::vector<float> squares_;
};

}  // namespace litura::engine
