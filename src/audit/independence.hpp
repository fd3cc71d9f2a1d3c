// Were two sets of vectors made independently? Matching, rank correlation and the combination of
// their p-values, as in Zhu, Ahmed, Kuditipudi and Liang, "Independence Tests for Language Models"
// (ICML 2025): pure statistics, no files.
//
// p-values are natural logarithms: they get far smaller than a double can hold.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace litura::audit {

/// A matrix of `rows` vectors, one after the other.
struct Vectors {
    std::size_t rows = 0;
    std::vector<float> values;
    std::size_t width() const { return rows == 0 ? 0 : values.size() / rows; }
    std::span<const float> row(std::size_t index) const {
        return {values.data() + index * width(), width()};
    }
};

/// For each of the chosen rows of `a`: its own row of `b`, so that the sum of cosines is the
/// largest. As many rows chosen as `b` has, at most; equal widths.
std::vector<std::size_t> match_by_cosine(const Vectors& a, std::span<const std::size_t> chosen,
                                         const Vectors& b);

/// The same by given gains (chosen rows times `columns`, row after row): the Hungarian method.
std::vector<std::size_t> best_assignment(std::span<const double> gains, std::size_t columns);

struct Correlation {
    double rho = 0;    ///< Spearman's, ties with mean ranks
    double log_p = 0;  ///< that chance alone gives as much or more (one-sided)
};
/// Of two equally long lists. The p-value is that of the permutation distribution's normal limit,
/// of variance 1 / (n - 1): on the cautious side in the tail.
Correlation rank_correlation(std::span<const std::size_t> x, std::span<const std::size_t> y);

/// Fisher's combination of independent p-values; 0 without any.
double combine(std::span<const double> log_p);

}  // namespace litura::audit
