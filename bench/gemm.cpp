// Gigaflops of the canonical matrix product beside oneDNN's dnnl_sgemm, in turns, on the shapes of
// training.
//
//   gemm [THREADS] [ROUNDS]      2 and 9 if not given
//
// Ours includes packing. oneDNN is looked for at run time (Debian: libdnnl2); without it only ours
// is timed. Set OMP_NUM_THREADS to THREADS.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "engine/product.hpp"

namespace {

using namespace litura;
using namespace litura::engine;

/// C (rows x columns) = A * B over `depth`; a transposed operand lies in memory the other way
/// round.
struct Shape {
    const char* name;
    std::size_t rows, columns, depth;
    bool a_transposed, b_transposed;
};

constexpr Shape kShapes[] = {
    {"square 512", 512, 512, 512, false, false},
    {"square 1024", 1024, 1024, 1024, false, false},
    {"forward 288 x 288", 2048, 288, 288, false, true},
    {"input gradient 288 x 288", 2048, 288, 288, false, false},
    {"weight gradient 288 x 288", 288, 288, 2048, true, false},
    {"forward 288 x 768", 2048, 768, 288, false, true},
    {"input gradient 288 x 768", 2048, 288, 768, false, false},
    {"weight gradient 288 x 768", 768, 288, 2048, true, false},
    {"forward 512 x 1376", 2048, 1376, 512, false, true},
    {"input gradient 512 x 1376", 2048, 512, 1376, false, false},
    {"weight gradient 512 x 1376", 1376, 512, 2048, true, false},
    {"forward 768 x 2048", 2048, 2048, 768, false, true},
    {"input gradient 768 x 2048", 2048, 768, 2048, false, false},
    {"weight gradient 768 x 2048", 2048, 768, 2048, true, false},
};

using Sgemm = int (*)(char, char, std::int64_t, std::int64_t, std::int64_t, float, const float*,
                      std::int64_t, const float*, std::int64_t, float, float*, std::int64_t);

Sgemm peer() {
    void* library = dlopen("libdnnl.so.2", RTLD_NOW);
    return library == nullptr ? nullptr : reinterpret_cast<Sgemm>(dlsym(library, "dnnl_sgemm"));
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values[values.size() / 2];
}

std::string spread(const std::vector<double>& values) {
    if (values.empty()) return "-";
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    char text[64];
    std::snprintf(text, sizeof text, "%.0f (%.0f-%.0f)", median(values), *least, *most);
    return text;
}

/// Gigaflops of as many calls as fill about 20 ms. Before them a pause, in which the other side's
/// waiting threads go to sleep (OpenMP's spin for some milliseconds), and as many calls that wake
/// one's own and bring the processors back to speed, as the products before do in training.
template <typename Call>
double speed(const Shape& shape, const Call& call) {
    const double flops = 2.0 * static_cast<double>(shape.rows * shape.columns * shape.depth);
    const int calls = std::max(1, static_cast<int>(20e-3 * 300e9 / flops));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (int i = 0; i < calls; ++i) call();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) call();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return flops * calls / took.count() * 1e-9;
}

}  // namespace

int main(int argc, char** argv) {
    const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
    ThreadPool pool(threads);
    const Kernels& kernels = *choose_kernels().value();
    Products products(kernels, Team(pool));
    const Sgemm sgemm = peer();
    double load = 0.0;
    getloadavg(&load, 1);
    std::printf("median (min-max) of %d rounds; load before: %.1f\n\n", rounds, load);
    std::printf("| GF/s, %d threads, %s | Litura | oneDNN | ratio |\n|---|---|---|---|\n", threads,
                kernels.name.data());
    std::vector<double> ratios;
    for (const Shape& shape : kShapes) {
        Buffer a(shape.rows * shape.depth), b(shape.depth * shape.columns),
            c(shape.rows * shape.columns);
        for (std::size_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<float>(i % 17) - 8.0f;
        for (std::size_t i = 0; i < b.size(); ++i) b.data()[i] = static_cast<float>(i % 13) - 6.0f;
        const std::size_t lda = shape.a_transposed ? shape.rows : shape.depth;
        const std::size_t ldb = shape.b_transposed ? shape.depth : shape.columns;
        const Matrix left =
            shape.a_transposed ? Matrix{a.data(), 1, lda} : Matrix{a.data(), lda, 1};
        const Matrix right =
            shape.b_transposed ? Matrix{b.data(), 1, ldb} : Matrix{b.data(), ldb, 1};
        PackedRight packed;
        const auto ours_once = [&] {
            products.pack(right, shape.depth, shape.columns, packed);
            products.multiply(left, shape.rows, packed, c.data(), shape.columns);
        };
        const auto peer_once = [&] {
            sgemm(shape.a_transposed ? 'T' : 'N', shape.b_transposed ? 'T' : 'N',
                  static_cast<std::int64_t>(shape.rows), static_cast<std::int64_t>(shape.columns),
                  static_cast<std::int64_t>(shape.depth), 1.0f, a.data(),
                  static_cast<std::int64_t>(lda), b.data(), static_cast<std::int64_t>(ldb), 0.0f,
                  c.data(), static_cast<std::int64_t>(shape.columns));
        };
        std::vector<double> ours, theirs;
        for (int round = 0; round < rounds; ++round) {
            ours.push_back(speed(shape, ours_once));
            if (sgemm != nullptr) theirs.push_back(speed(shape, peer_once));
        }
        const double ratio = theirs.empty() ? 0.0 : median(ours) / median(theirs);
        ratios.push_back(ratio);
        std::printf("| %s | %s | %s | %.2f |\n", shape.name, spread(ours).c_str(),
                    spread(theirs).c_str(), ratio);
    }
    std::printf("| median | | | %.2f |\n", median(ratios));
    return 0;
}
