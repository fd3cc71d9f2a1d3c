#include "audit/rates.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "base/result.hpp"

namespace litura::audit {
namespace {

constexpr double kFalsePositives = 0.001;
constexpr double kTwoSided95 = 1.959964;

/// For each of `values`: the share of `sorted` below it, equal ones counted half.
std::vector<double> placements(std::span<const double> values, const std::vector<double>& sorted) {
    std::vector<double> out;
    for (const double value : values) {
        const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), value);
        const auto twice = (first - sorted.begin()) + (last - sorted.begin());
        out.push_back(static_cast<double>(twice) / 2 / static_cast<double>(sorted.size()));
    }
    return out;
}

double mean(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

/// Of the mean. One value alone tells nothing of it: as wide as a share can be.
double variance_of_mean(std::span<const double> values) {
    if (values.size() < 2) return 0.25;
    const double middle = mean(values);
    double sum = 0;
    for (const double value : values) sum += (value - middle) * (value - middle);
    const auto count = static_cast<double>(values.size());
    return sum / (count - 1) / count;
}

}  // namespace

Separation separate(std::span<const double> members, std::span<const double> controls) {
    CHECK(!members.empty() && !controls.empty());
    std::vector<double> low(controls.begin(), controls.end()), high(members.begin(), members.end());
    std::ranges::sort(low);
    std::ranges::sort(high);
    const std::vector<double> of_members = placements(members, low);
    const std::vector<double> of_controls = placements(controls, high);
    Separation out;
    out.auc = mean(of_members);
    const double width =
        kTwoSided95 * std::sqrt(variance_of_mean(of_members) + variance_of_mean(of_controls));
    out.auc_95 = {std::max(0.0, out.auc - width), std::min(1.0, out.auc + width)};
    const auto allowed =
        static_cast<std::size_t>(kFalsePositives * static_cast<double>(low.size()));
    const double threshold = low[low.size() - 1 - allowed];
    const auto share_above = [&](const std::vector<double>& sorted) {
        const auto above = sorted.end() - std::ranges::upper_bound(sorted, threshold);
        return static_cast<double>(above) / static_cast<double>(sorted.size());
    };
    out.true_positive_rate = share_above(high);
    out.false_positive_rate = share_above(low);
    out.by_chance = static_cast<double>(allowed + 1) / static_cast<double>(low.size() + 1);
    return out;
}

}  // namespace litura::audit
