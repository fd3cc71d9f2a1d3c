// How well a score tells members of a group from controls: pure statistics, no models.
#pragma once

#include <array>
#include <span>

namespace litura::audit {

/// Scores of members against scores of controls; higher means "more likely a member".
struct Separation {
    double auc = 0.5;  ///< probability that a member scores above a control, ties count half
    std::array<double, 2> auc_95 = {0, 1};  ///< DeLong, DeLong and Clarke-Pearson 1988
    double true_positive_rate = 0;          ///< members above the threshold
    double false_positive_rate =
        0;  ///< controls above it: at most 0.1 %, so none of fewer than 1000
    /// Of people of the controls' kind, so many would be above it by chance: (k + 1) / (controls +
    /// 1) with k controls above. The true positive rate of an attack that learns nothing.
    double by_chance = 1;
    double excess() const { return true_positive_rate - by_chance; }
};

/// Both not empty, all finite.
Separation separate(std::span<const double> members, std::span<const double> controls);

}  // namespace litura::audit
