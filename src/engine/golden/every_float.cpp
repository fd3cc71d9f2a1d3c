// exp, sigmoid and log on every number there is in binary32: each instruction set against the plain
// form bit for bit, and the plain form against the C library's binary64, in units in the last
// place. Minutes; for the slow suite.
//
//   every_float [STRIDE]     takes every STRIDE-th number; 1 if not given
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "base/threads.hpp"
#include "engine/canonical_math.hpp"
#include "engine/kernels.hpp"
#include "engine/plain_operations.hpp"
#include "engine/team.hpp"

namespace {

using namespace litura;
using namespace litura::engine;

constexpr double kExpUlps = 2.0, kSigmoidUlps = 3.0, kLogUlps = 2.0;
constexpr std::uint64_t kBlock = 1 << 16;
constexpr std::uint64_t kBlocks = (std::uint64_t{1} << 32) / kBlock;

/// The distance from the truth in units of the truth's last place; of subnormals, of the smallest
/// normal's.
double ulps(float value, double truth) {
    const double magnitude = std::max(std::abs(truth), double{std::numeric_limits<float>::min()});
    return std::abs(double{value} - truth) / std::ldexp(1.0, std::ilogb(magnitude) - 23);
}

struct Worst {
    double exp = 0.0, sigmoid = 0.0, log = 0.0;
    std::uint64_t different = 0;

    void take(const Worst& other) {
        exp = std::max(exp, other.exp);
        sigmoid = std::max(sigmoid, other.sigmoid);
        log = std::max(log, other.log);
        different += other.different;
    }
};

bool same(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

/// The numbers whose bits are those of the block; not a number is left out.
std::vector<float> numbers(std::uint64_t block, std::uint64_t stride) {
    std::vector<float> values;
    for (std::uint64_t i = 0; i < kBlock; i += stride) {
        const float x = std::bit_cast<float>(static_cast<std::uint32_t>(block * kBlock + i));
        if (!std::isnan(x)) values.push_back(x);
    }
    return values;
}

Worst check(const std::vector<float>& values) {
    Worst worst;
    const std::vector<float> ones(values.size(), 1.0f);
    std::vector<float> out(values.size());
    for (const Kernels* kernels : available_kernels()) {
        kernels->exp(values.data(), out.data(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            worst.different += !same(out[i], plain::exp(values[i]));
        kernels->swiglu(values.data(), ones.data(), out.data(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float expected = plain::swiglu(values[i], 1.0f);
            worst.different += !same(out[i], expected) && !std::isnan(expected);
        }
    }
    for (const float x : values) {
        if (x > -87.0f && x < 88.0f) {
            worst.exp = std::max(worst.exp, ulps(plain::exp(x), std::exp(double{x})));
            worst.sigmoid = std::max(worst.sigmoid,
                                     ulps(plain::sigmoid(x), 1.0 / (1.0 + std::exp(-double{x}))));
        }
        if (std::isnormal(x) && x > 0.0f) {
            worst.different += !same(canonical_log(x), plain::log(x));
            worst.log = std::max(worst.log, ulps(plain::log(x), std::log(double{x})));
        }
    }
    return worst;
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t stride = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
    ThreadPool pool(2);
    const Team team(pool);
    std::vector<Worst> worst(team.slots());
    team.run(kBlocks, [&](std::size_t slot, std::size_t block) {
        worst[slot].take(check(numbers(block, stride)));
    });
    Worst all;
    for (const Worst& one : worst) all.take(one);
    std::printf("different bits: %llu; largest error in ulp: exp %.2f, sigmoid %.2f, log %.2f\n",
                static_cast<unsigned long long>(all.different), all.exp, all.sigmoid, all.log);
    return all.different == 0 && all.exp < kExpUlps && all.sigmoid < kSigmoidUlps &&
                   all.log < kLogUlps
               ? 0
               : 1;
}
