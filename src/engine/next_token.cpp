#include "engine/next_token.hpp"

#include <algorithm>

#include "engine/canonical.hpp"

namespace litura::engine {

double sum_of_losses(std::span<const float> losses) {
    double sum = 0.0;
    while (!losses.empty()) {
        const auto now = losses.first(std::min(losses.size(), kChunk));
        float chunk = 0.0f;
        for (const float loss : now) chunk = chunk + loss;
        sum = sum + static_cast<double>(chunk);
        losses = losses.subspan(now.size());
    }
    return sum;
}

Result<Loss> total_loss(NextToken& next, std::span<const Window> windows) {
    Loss total;
    while (!windows.empty()) {
        const auto now = windows.first(windows_in_step(windows, next.shape().tokens));
        const std::vector<float> losses = TRY(next.losses(now));
        total.sum += sum_of_losses(losses);
        total.targets += losses.size();
        windows = windows.subspan(now.size());
    }
    return total;
}

}  // namespace litura::engine
