#include "audit/independence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/result.hpp"

namespace litura::audit {
namespace {

std::vector<double> lengths_of(const Vectors& vectors) {
    std::vector<double> lengths;
    for (std::size_t row = 0; row < vectors.rows; ++row) {
        double sum = 0;
        for (const float value : vectors.row(row)) sum += double{value} * value;
        lengths.push_back(sum > 0 ? std::sqrt(sum) : 1);
    }
    return lengths;
}

double dot(std::span<const float> a, std::span<const float> b) {
    float sum[8] = {};
    std::size_t at = 0;
    for (; at + 8 <= a.size(); at += 8)
        for (std::size_t lane = 0; lane < 8; ++lane) sum[lane] += a[at + lane] * b[at + lane];
    for (; at < a.size(); ++at) sum[0] += a[at] * b[at];
    return std::accumulate(sum, sum + 8, 0.0);
}

/// Mean ranks, centred on zero.
std::vector<double> ranks(std::span<const std::size_t> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t index) { return values[index]; });
    std::vector<double> out(values.size());
    const double middle = (static_cast<double>(values.size()) - 1) / 2;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        const double rank = static_cast<double>(begin + end - 1) / 2 - middle;
        for (std::size_t at = begin; at < end; ++at) out[order[at]] = rank;
    }
    return out;
}

/// ln of the upper tail of the standard normal distribution.
double log_tail(double z) {
    if (z < 30) return std::log(std::erfc(z / std::sqrt(2.0)) / 2);
    return -z * z / 2 - std::log(z * std::sqrt(2 * std::acos(-1.0)));
}

/// Rows are added one by one; each addition is the shortest path to a free column over reduced
/// costs (Jonker and Volgenant's form of the Hungarian method). Costs are negative gains.
class Assignment {
public:
    Assignment(std::span<const double> gains, std::size_t columns)
        : gains_(gains), columns_(columns), rows_(gains.size() / columns), row_potential_(rows_),
          column_potential_(columns), owner_(columns, kNone) {}

    std::vector<std::size_t> solve() {
        for (std::size_t row = 0; row < rows_; ++row) add(row);
        std::vector<std::size_t> out(rows_);
        for (std::size_t column = 0; column < columns_; ++column)
            if (owner_[column] != kNone) out[owner_[column]] = column;
        return out;
    }

private:
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

    double reduced(std::size_t row, std::size_t column) const {
        return -gains_[row * columns_ + column] - row_potential_[row] - column_potential_[column];
    }

    void add(std::size_t added) {
        std::vector<double> distance(columns_, std::numeric_limits<double>::infinity());
        std::vector<std::size_t> from(columns_, kNone);  // the column before on the path
        std::vector<bool> done(columns_);
        std::size_t row = added, last = kNone;
        double reached = 0;
        while (true) {
            std::size_t nearest = kNone;
            for (std::size_t column = 0; column < columns_; ++column) {
                if (done[column]) continue;
                const double through = reached + reduced(row, column);
                if (through < distance[column]) {
                    distance[column] = through;
                    from[column] = last;
                }
                if (nearest == kNone || distance[column] < distance[nearest]) nearest = column;
            }
            reached = distance[nearest];
            done[nearest] = true;
            last = nearest;
            if (owner_[nearest] == kNone) break;
            row = owner_[nearest];
        }
        for (std::size_t column = 0; column < columns_; ++column) {
            if (!done[column] || owner_[column] == kNone) continue;
            row_potential_[owner_[column]] += reached - distance[column];
            column_potential_[column] -= reached - distance[column];
        }
        row_potential_[added] += reached;
        for (; from[last] != kNone; last = from[last]) owner_[last] = owner_[from[last]];
        owner_[last] = added;
    }

    std::span<const double> gains_;
    std::size_t columns_, rows_;
    std::vector<double> row_potential_, column_potential_;
    std::vector<std::size_t> owner_;  ///< the row of each column
};

}  // namespace

std::vector<std::size_t> best_assignment(std::span<const double> gains, std::size_t columns) {
    CHECK(columns > 0 && gains.size() % columns == 0 && gains.size() / columns <= columns);
    return Assignment(gains, columns).solve();
}

std::vector<std::size_t> match_by_cosine(const Vectors& a, std::span<const std::size_t> chosen,
                                         const Vectors& b) {
    CHECK(a.width() == b.width());
    const std::vector<double> long_a = lengths_of(a), long_b = lengths_of(b);
    std::vector<double> cosines;
    cosines.reserve(chosen.size() * b.rows);
    for (const std::size_t row : chosen)
        for (std::size_t column = 0; column < b.rows; ++column)
            cosines.push_back(dot(a.row(row), b.row(column)) / long_a[row] / long_b[column]);
    return best_assignment(cosines, b.rows);
}

Correlation rank_correlation(std::span<const std::size_t> x, std::span<const std::size_t> y) {
    CHECK(x.size() == y.size());
    const std::vector<double> of_x = ranks(x), of_y = ranks(y);
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t index = 0; index < of_x.size(); ++index) {
        xy += of_x[index] * of_y[index];
        xx += of_x[index] * of_x[index];
        yy += of_y[index] * of_y[index];
    }
    if (xx == 0 || yy == 0) return {};
    const double rho = xy / std::sqrt(xx * yy);
    return {rho, log_tail(rho * std::sqrt(static_cast<double>(x.size()) - 1))};
}

// Twice the sum of -ln p is chi-square with 2 n degrees of freedom, whose tail at 2 s is
// exp(-s) * (1 + s + s^2/2! + .. + s^(n-1)/(n-1)!).
double combine(std::span<const double> log_p) {
    double s = 0;
    for (const double each : log_p) s -= each;
    if (s <= 0) return 0;
    double term = 0, largest = 0;  // ln of s^k / k!
    std::vector<double> terms = {0};
    for (std::size_t k = 1; k < log_p.size(); ++k) {
        term += std::log(s / static_cast<double>(k));
        largest = std::max(largest, term);
        terms.push_back(term);
    }
    double sum = 0;
    for (const double each : terms) sum += std::exp(each - largest);
    return std::min(0.0, -s + largest + std::log(sum));
}

}  // namespace litura::audit
