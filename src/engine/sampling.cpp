#include "engine/sampling.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/canonical_math.hpp"
#include "engine/philox.hpp"

namespace litura::engine {
namespace {

/// A number in [0, 1) for the choice at `position`.
double uniform(std::uint64_t seed, std::uint32_t position) {
    const PhiloxKey key = {static_cast<std::uint32_t>(seed),
                           static_cast<std::uint32_t>(seed >> 32)};
    return philox({position, 0, 0, 0}, key)[0] * 0x1p-32;
}

/// Token ids, most likely first, the smaller id among equals; the `keep` first are in order.
std::vector<std::uint32_t> ranked(std::span<const float> logits, std::size_t keep) {
    std::vector<std::uint32_t> ids(logits.size());
    std::iota(ids.begin(), ids.end(), 0u);
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(keep), ids.end(),
                      [&](std::uint32_t a, std::uint32_t b) {
                          return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
                      });
    ids.resize(keep);
    return ids;
}

}  // namespace

std::uint32_t likeliest(std::span<const float> logits) {
    return static_cast<std::uint32_t>(std::ranges::max_element(logits) - logits.begin());
}

std::uint32_t choose(std::span<const float> logits, const Sampling& sampling,
                     std::uint32_t position) {
    if (sampling.temperature == 0.0f) return likeliest(logits);
    const std::size_t keep =
        sampling.top_k == 0 ? logits.size() : std::min<std::size_t>(sampling.top_k, logits.size());
    const std::vector<std::uint32_t> ids = ranked(logits, keep);
    std::vector<double> shares;
    double total = 0.0;
    const double most = logits[ids[0]];
    for (const std::uint32_t id : ids) {
        const double above = (logits[id] - most) / sampling.temperature;
        shares.push_back(canonical_exp(std::max(above, -700.0)));
        total += shares.back();
    }
    double left = uniform(sampling.seed, position) * total;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        left -= shares[i];
        if (left < 0.0) return ids[i];
    }
    return ids.back();
}

}  // namespace litura::engine
