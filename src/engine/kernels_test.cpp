// Each kernel of each instruction set against the plain loops, bit for bit.
#include "engine/kernels.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "engine/philox.hpp"
#include "engine/plain_operations.hpp"
#include "engine/product.hpp"

namespace litura::engine {
namespace {

using Floats = std::vector<float>;

/// Mostly ordinary numbers; zeros of both signs and subnormals where the purpose asks for them.
Floats numbers(std::size_t count, std::uint32_t purpose, float size = 2.0f, bool special = true) {
    static constexpr float kSpecial[] = {0.0f,        -0.0f,     0x1p-149f, -0x1p-149f,
                                         0x1.8p-127f, -0x1p-75f, 0x1p-75f,  1.0f};
    Floats values(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const PhiloxBlock draw = philox({i, 0, 0, 0}, {purpose, 99});
        values[i] = (static_cast<float>(draw[0] >> 8) * 0x1p-23f - 1.0f) * size;
        if (special && draw[1] % 7 == 0) values[i] = kSpecial[draw[2] % 8];
    }
    return values;
}

::testing::AssertionResult same_bits(const Floats& a, const Floats& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i])) {
            return ::testing::AssertionFailure()
                   << "element " << i << ": " << a[i] << " is not " << b[i];
        }
    }
    return ::testing::AssertionSuccess();
}

const std::size_t kCounts[] = {1, 2, 3, 7, 8, 15, 16, 17, 31, 47, 64, 65, 127, 300, 1031};

class KernelTest : public ::testing::TestWithParam<const Kernels*> {
protected:
    const Kernels& kernels = *GetParam();
};

TEST_P(KernelTest, Dot) {
    for (const std::size_t count : kCounts) {
        const Floats a = numbers(count, 1), b = numbers(count, 2);
        EXPECT_TRUE(same_bits({kernels.dot(a.data(), b.data(), count)},
                              {plain::dot(a.data(), b.data(), count)}));
    }
}

TEST_P(KernelTest, Exp_over_its_range_and_at_special_values) {
    Floats x = numbers(40000, 3, 95.0f);
    for (const float special :
         {88.0f, -87.0f, std::nextafter(88.0f, 89.0f), std::nextafter(-87.0f, -88.0f), 1e30f,
          -1e30f, std::numeric_limits<float>::infinity(),
          -std::numeric_limits<float>::infinity()}) {
        x.push_back(special);
    }
    Floats y(x.size()), expected(x.size());
    kernels.exp(x.data(), y.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) expected[i] = plain::exp(x[i]);
    EXPECT_TRUE(same_bits(y, expected));

    const float nan = std::numeric_limits<float>::quiet_NaN();
    kernels.exp(&nan, y.data(), 1);
    EXPECT_TRUE(std::isnan(y[0]));
}

TEST_P(KernelTest, Exp_is_within_one_unit_of_the_true_value) {
    const Floats x = numbers(20000, 4, 87.0f);
    Floats y(x.size());
    kernels.exp(x.data(), y.data(), x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double truth = std::exp(static_cast<double>(x[i]));
        EXPECT_NEAR(y[i] / truth, 1.0, 1.3e-7) << x[i];
    }
}

TEST_P(KernelTest, Rms_norm_forward_and_backward) {
    for (const std::size_t count : kCounts) {
        const Floats x = numbers(count, 5), weight = numbers(count, 6), dy = numbers(count, 7);
        Floats y(count), expected(count), dx = numbers(count, 8), d_expected = dx;
        const float factor = kernels.rms_norm(x.data(), weight.data(), y.data(), count, 1e-5f);
        EXPECT_TRUE(same_bits(
            {factor}, {plain::rms_norm(x.data(), weight.data(), expected.data(), count, 1e-5f)}));
        EXPECT_TRUE(same_bits(y, expected));
        kernels.rms_norm_backward(dy.data(), x.data(), weight.data(), factor, dx.data(), count);
        plain::rms_norm_backward(dy.data(), x.data(), weight.data(), factor, d_expected.data(),
                                 count);
        EXPECT_TRUE(same_bits(dx, d_expected));
    }
}

TEST_P(KernelTest, Norm_weight_gradient_is_a_sum_over_tokens_in_chunks) {
    for (const std::size_t tokens : {1, 511, 512, 513, 1300}) {
        constexpr std::size_t kColumns = 19;
        const Floats dy = numbers(tokens * kColumns, 9), x = numbers(tokens * kColumns, 10),
                     factors = numbers(tokens, 11);
        Floats sum(kColumns), expected(kColumns);
        kernels.norm_weight(dy.data(), x.data(), kColumns, factors.data(), tokens, sum.data(),
                            kColumns);
        for (std::size_t j = 0; j < kColumns; ++j) {
            expected[j] = plain::product(
                tokens, [&](std::size_t t) { return dy[t * kColumns + j]; },
                [&](std::size_t t) { return x[t * kColumns + j] * factors[t]; });
        }
        EXPECT_TRUE(same_bits(sum, expected)) << tokens;
    }
}

TEST_P(KernelTest, Rotation_there_and_back) {
    for (const std::size_t half : {1, 3, 8, 16, 21, 32}) {
        const Floats cosine = numbers(half, 12), sine = numbers(half, 13);
        Floats head = numbers(2 * half, 14), expected = head;
        kernels.rotate(head.data(), cosine.data(), sine.data(), half);
        plain::rotate(expected.data(), cosine.data(), sine.data(), half);
        EXPECT_TRUE(same_bits(head, expected));
        kernels.rotate_back(head.data(), cosine.data(), sine.data(), half);
        plain::rotate_back(expected.data(), cosine.data(), sine.data(), half);
        EXPECT_TRUE(same_bits(head, expected));
    }
}

TEST_P(KernelTest, Swiglu_forward_and_backward) {
    for (const std::size_t count : kCounts) {
        const Floats gate = numbers(count, 15, 100.0f), up = numbers(count, 16),
                     d = numbers(count, 17);
        Floats out(count), d_gate(count), d_up(count), expected(count), d_gate_expected(count),
            d_up_expected(count);
        kernels.swiglu(gate.data(), up.data(), out.data(), count);
        kernels.swiglu_backward(d.data(), gate.data(), up.data(), d_gate.data(), d_up.data(),
                                count);
        for (std::size_t i = 0; i < count; ++i) {
            expected[i] = plain::swiglu(gate[i], up[i]);
            plain::swiglu_backward(d[i], gate[i], up[i], d_gate_expected[i], d_up_expected[i]);
        }
        EXPECT_TRUE(same_bits(out, expected));
        EXPECT_TRUE(same_bits(d_gate, d_gate_expected));
        EXPECT_TRUE(same_bits(d_up, d_up_expected));
    }
}

TEST_P(KernelTest, Softmax_and_its_gradient) {
    for (const std::size_t count : kCounts) {
        Floats row = numbers(count, 18, 40.0f), expected = row, raw = row;
        const SoftmaxStats stats = kernels.softmax(row.data(), count, 0.3f);
        const plain::Softmax plain_stats = plain::softmax(expected.data(), count, 0.3f);
        EXPECT_TRUE(same_bits({stats.maximum, stats.sum}, {plain_stats.maximum, plain_stats.sum}));
        EXPECT_TRUE(same_bits(row, expected));

        Floats d_scores = numbers(count, 19), d_expected = d_scores, p = raw, p_expected(count);
        kernels.attention_backward(p.data(), d_scores.data(), count, 0.3f, stats.maximum,
                                   1.0f / stats.sum, 0.7f);
        for (std::size_t i = 0; i < count; ++i) {
            p_expected[i] = expected[i] * (1.0f / stats.sum);
            d_expected[i] = (p_expected[i] * (d_expected[i] - 0.7f)) * 0.3f;
        }
        EXPECT_TRUE(same_bits(p, p_expected));
        EXPECT_TRUE(same_bits(d_scores, d_expected));
    }
}

TEST_P(KernelTest, A_maximum_of_zeros_is_positive_whatever_their_signs) {
    Floats row = {-0.0f, -0.0f, -1.0f};
    EXPECT_TRUE(same_bits({kernels.softmax(row.data(), 3, 1.0f).maximum}, {0.0f}));
}

TEST_P(KernelTest, Adamw) {
    const std::size_t count = 77;
    const plain::AdamW step{0.01f, 0.001f, 0.9f, 0.95f, 1e-8f, 0.37f, 0.81f, 0.9025f};
    const AdamWStep values{0.01f,
                           0.001f,
                           0.9f,
                           0.95f,
                           1.0f - 0.9f,
                           1.0f - 0.95f,
                           1.0f / (1.0f - 0.81f),
                           1.0f / (1.0f - 0.9025f),
                           1e-8f,
                           0.37f};
    const Floats gradient = numbers(count, 20);
    Floats weights = numbers(count, 21), first = numbers(count, 22), second = numbers(count, 23);
    for (float& value : second) value = std::abs(value);
    Floats weights2 = weights, first2 = first, second2 = second;
    kernels.adamw(weights.data(), first.data(), second.data(), gradient.data(), count, values);
    for (std::size_t i = 0; i < count; ++i)
        step.step(weights2[i], first2[i], second2[i], gradient[i]);
    EXPECT_TRUE(same_bits(weights, weights2));
    EXPECT_TRUE(same_bits(first, first2));
    EXPECT_TRUE(same_bits(second, second2));
}

TEST_P(KernelTest, Elementwise_sums_scales_and_quotients) {
    for (const std::size_t count : kCounts) {
        const Floats a = numbers(count, 24), b = numbers(count, 25);
        Floats sum(count), scaled = a, divided = a, expected(count), scaled2(count),
                           divided2(count);
        kernels.add(a.data(), b.data(), sum.data(), count);
        kernels.scale(scaled.data(), count, 0.7f);
        kernels.divide(divided.data(), count, 0.7f);
        for (std::size_t i = 0; i < count; ++i) {
            expected[i] = a[i] + b[i];
            scaled2[i] = a[i] * 0.7f;
            divided2[i] = a[i] / 0.7f;
        }
        EXPECT_TRUE(same_bits(sum, expected));
        EXPECT_TRUE(same_bits(scaled, scaled2));
        EXPECT_TRUE(same_bits(divided, divided2));
    }
}

TEST_P(KernelTest, Products_of_all_layouts_and_odd_shapes_on_any_number_of_threads) {
    struct Shape {
        std::size_t rows, columns, depth;
    };
    for (const Shape shape : {Shape{1, 1, 1},
                              {1, 37, 512},
                              {13, 1, 513},
                              {12, 32, 511},
                              {131, 77, 517},
                              {97, 33, 1030},
                              {5, 65, 1537}}) {
        const Floats a = numbers(shape.rows * shape.depth, 26, 1.0f, shape.depth % 2 == 1);
        const Floats b = numbers(shape.depth * shape.columns, 27, 1.0f, shape.depth % 2 == 1);
        for (const bool a_across : {false, true}) {
            for (const bool b_across : {false, true}) {
                const Matrix left =
                    a_across ? Matrix{a.data(), 1, shape.rows} : Matrix{a.data(), shape.depth, 1};
                const Matrix right = b_across ? Matrix{b.data(), 1, shape.depth}
                                              : Matrix{b.data(), shape.columns, 1};
                Floats expected(shape.rows * shape.columns);
                for (std::size_t i = 0; i < shape.rows; ++i) {
                    for (std::size_t j = 0; j < shape.columns; ++j) {
                        expected[i * shape.columns + j] = plain::product(
                            shape.depth, [&](std::size_t k) { return *left.from(i, k).data; },
                            [&](std::size_t k) { return *right.from(k, j).data; });
                    }
                }
                for (const int threads : {1, 2, 3, 7}) {
                    ThreadPool pool(threads);
                    const Team team(pool);
                    Products products(kernels, team);
                    PackedRight packed;
                    Floats c(expected.size(), 5.0f);
                    products.pack(right, shape.depth, shape.columns, packed);
                    products.multiply(left, shape.rows, packed, c.data(), shape.columns);
                    EXPECT_TRUE(same_bits(c, expected))
                        << shape.rows << "x" << shape.columns << "x" << shape.depth;
                }
            }
        }
    }
}

TEST_P(KernelTest, Zeros_before_and_after_along_k_are_free) {
    // One product that underflows to -0, alone and with padding around it.
    const Floats tiny = {-0x1p-100f}, small = {0x1p-100f};
    Floats c(1);
    ThreadPool pool(1);
    const Team team(pool);
    Products products(kernels, team);
    for (const std::size_t padding : {0, 1, 600}) {
        Floats a(padding + 1), b(padding + 1);
        a[padding / 2] = tiny[0];
        b[padding / 2] = small[0];
        PackedRight packed;
        products.pack({b.data(), 1, 1}, b.size(), 1, packed);
        products.multiply({a.data(), a.size(), 1}, 1, packed, c.data(), 1);
        EXPECT_TRUE(same_bits(c, {0.0f})) << padding;
    }
}

TEST_P(KernelTest, A_product_may_be_cut_between_chunks) {
    constexpr std::size_t kRows = 14, kColumns = 40, kDepth = 1300, kCut = 1024;
    const Floats a = numbers(kRows * kDepth, 28), b = numbers(kDepth * kColumns, 29);
    ThreadPool pool(2);
    const Team team(pool);
    Products products(kernels, team);
    PackedRight packed;
    Floats whole(kRows * kColumns), parts(kRows * kColumns);
    products.pack({b.data(), kColumns, 1}, kDepth, kColumns, packed);
    products.multiply({a.data(), kDepth, 1}, kRows, packed, whole.data(), kColumns);
    products.pack({b.data(), kColumns, 1}, kCut, kColumns, packed);
    products.multiply({a.data(), kDepth, 1}, kRows, packed, parts.data(), kColumns, {false, true});
    products.pack({b.data() + kCut * kColumns, kColumns, 1}, kDepth - kCut, kColumns, packed);
    products.multiply({a.data() + kCut, kDepth, 1}, kRows, packed, parts.data(), kColumns,
                      {true, false});
    EXPECT_TRUE(same_bits(parts, whole));
}

INSTANTIATE_TEST_SUITE_P(Every, KernelTest,
                         ::testing::ValuesIn(available_kernels().begin(),
                                             available_kernels().end()),
                         [](const auto& tested) { return std::string(tested.param->name); });

TEST(Kernels, The_variable_forces_an_instruction_set_and_refuses_unknown_ones) {
    const char* before = std::getenv("LITURA_SIMD");
    const std::string kept = before == nullptr ? "" : before;
    for (const Kernels* kernels : available_kernels()) {
        setenv("LITURA_SIMD", std::string(kernels->name).c_str(), 1);
        EXPECT_EQ(choose_kernels().value(), kernels);
    }
    setenv("LITURA_SIMD", "mmx", 1);
    EXPECT_EQ(choose_kernels().error().code, Code::bad_input);
    setenv("LITURA_SIMD", kept.c_str(), 1);
}

}  // namespace
}  // namespace litura::engine
