#include "engine/optimizer.hpp"

#include <algorithm>
#include <cmath>

namespace litura::engine {

TrainState TrainState::fresh(std::vector<float> weights) {
    TrainState state;
    state.first_moment.resize(weights.size());
    state.second_moment.resize(weights.size());
    state.weights = std::move(weights);
    return state;
}

AdamW::AdamW(const Layout& layout, const AdamWSettings& settings, const Kernels& kernels,
             const Team& team)
    : settings_(settings), kernels_(kernels), team_(team) {
    constexpr std::size_t kPiece = 16384;
    for (const TensorSpec& tensor : layout.tensors()) {
        tensors_.push_back({tensor.offset, tensor.count});
        for (std::size_t done = 0; done < tensor.count; done += kPiece) {
            pieces_.push_back({tensor.offset + done, std::min(kPiece, tensor.count - done),
                               tensor.shape.size() == 2});
        }
    }
    squares_.resize(tensors_.size());
}

float AdamW::norm(std::span<const float> gradient) {
    team_.run(tensors_.size(), [&](std::size_t, std::size_t index) {
        const float* values = gradient.data() + tensors_[index].begin;
        squares_[index] = kernels_.dot(values, values, tensors_[index].count);
    });
    float sum = 0.0f;
    for (const float square : squares_) sum = sum + square;
    return std::sqrt(sum);
}

void AdamW::step(TrainState& state, std::span<const float> gradient, float norm,
                 float learning_rate) const {
    state.steps += 1;
    state.beta1_power = state.beta1_power * settings_.beta1;
    state.beta2_power = state.beta2_power * settings_.beta2;
    const AdamWStep matrices{
        .learning_rate = learning_rate,
        .decay = learning_rate * settings_.weight_decay,
        .beta1 = settings_.beta1,
        .beta2 = settings_.beta2,
        .rest1 = 1.0f - settings_.beta1,
        .rest2 = 1.0f - settings_.beta2,
        .correction1 = 1.0f / (1.0f - state.beta1_power),
        .correction2 = 1.0f / (1.0f - state.beta2_power),
        .epsilon = settings_.epsilon,
        .gradient_scale = norm > settings_.clip_norm ? settings_.clip_norm / norm : 1.0f,
    };
    AdamWStep vectors = matrices;
    vectors.decay = 0.0f;
    team_.run(pieces_.size(), [&](std::size_t, std::size_t index) {
        const Piece& piece = pieces_[index];
        kernels_.adamw(state.weights.data() + piece.begin, state.first_moment.data() + piece.begin,
                       state.second_moment.data() + piece.begin, gradient.data() + piece.begin,
                       piece.count, piece.decays ? matrices : vectors);
    });
}

}  // namespace litura::engine
