#include "audit/lineage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <random>

#include "base/test_support.hpp"
#include "formats/gguf.hpp"
#include "formats/safetensors.hpp"

namespace litura::audit {
namespace {

constexpr std::size_t kHidden = 64, kWidth = 32, kCount = kHidden * kWidth;

/// Up-projections and gates of two layers.
using Layers = std::vector<std::vector<float>>;

Layers random_layers(unsigned seed) {
    std::mt19937 dice(seed);
    std::normal_distribution<float> normal(0, 0.1f);
    Layers layers(4, std::vector<float>(kCount));
    for (auto& layer : layers)
        for (float& value : layer) value = normal(dice);
    return layers;
}

/// Every value moved by noise `strength` times as large as the values.
Layers shaken(Layers layers, float strength) {
    const Layers noise = random_layers(99);
    for (std::size_t layer = 0; layer < layers.size(); ++layer)
        for (std::size_t at = 0; at < kCount; ++at)
            layers[layer][at] += strength * noise[layer][at];
    return layers;
}

/// Hidden units in another order, the same for both matrices of a layer.
Layers reordered(const Layers& layers) {
    Layers out = layers;
    std::mt19937 dice(4);
    std::vector<std::size_t> order(kHidden);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        if (layer % 2 == 0) std::ranges::shuffle(order, dice);
        for (std::size_t row = 0; row < kHidden; ++row)
            std::copy_n(layers[layer].begin() + row * kWidth, kWidth,
                        out[layer].begin() + order[row] * kWidth);
    }
    return out;
}

class LineageFiles : public ::testing::Test {
protected:
    std::vector<formats::TensorSource> sources(const Layers& layers, bool gguf) const {
        static const std::array<const char*, 4> kHf = {
            "model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.gate_proj.weight",
            "model.layers.11.mlp.up_proj.weight", "model.layers.11.mlp.gate_proj.weight"};
        static const std::array<const char*, 4> kGguf = {
            "blk.0.ffn_up.weight", "blk.0.ffn_gate.weight", "blk.11.ffn_up.weight",
            "blk.11.ffn_gate.weight"};
        std::vector<formats::TensorSource> out;
        for (std::size_t index = 0; index < 4; ++index)
            out.push_back({(gguf ? kGguf : kHf)[index], {kHidden, kWidth}, layers[index]});
        return out;
    }
    Path safetensors(const Layers& layers, const char* name) {
        return write(name, formats::write_safetensors(sources(layers, false), formats::Dtype::f32));
    }
    Path gguf(const Layers& layers, formats::GgufType type, const char* name) {
        return write(name, must(formats::write_gguf({}, sources(layers, true), type)));
    }
    Path write(const char* name, ByteView bytes) {
        must(env_->write_file(folder_.path() / name, bytes));
        return folder_.path() / name;
    }
    Finding finding(const Path& a, const Path& b) { return must(compare_weights(a, b)).finding(); }

    std::unique_ptr<Env> env_ = system_env();
    TestFolder folder_;
    const Layers layers_ = random_layers(1);
    const Path a_ = safetensors(layers_, "a.safetensors");
};

TEST_F(LineageFiles, Equal_tensors_are_found_whatever_file_and_format_they_stand_in) {
    const Path b = gguf(layers_, formats::GgufType::f32, "b.gguf");
    const Lineage out = must(compare_weights(a_, b));
    EXPECT_EQ(out.finding(), Finding::same_tensors);
    EXPECT_EQ(out.shared, 4u);
    EXPECT_EQ(out.layers.size(), 2u);
    EXPECT_EQ(out.layers[1].layer, 11u);
    EXPECT_DOUBLE_EQ(out.layers[1].order.rho, 1);
}

TEST_F(LineageFiles, Trained_on_quantised_and_reordered_weights_are_related) {
    EXPECT_EQ(finding(a_, safetensors(shaken(layers_, 0.5f), "b.safetensors")), Finding::related);
    EXPECT_EQ(finding(a_, gguf(layers_, formats::GgufType::q8_0, "b.gguf")), Finding::related);
    const Path moved = safetensors(reordered(shaken(layers_, 0.3f)), "c.safetensors");
    const Lineage out = must(compare_weights(a_, moved));
    EXPECT_EQ(out.finding(), Finding::related);
    EXPECT_GT(out.log_p_order, std::log(1e-6)) << "the order alone would not have shown it";
}

TEST_F(LineageFiles, Weights_made_independently_are_not) {
    const Lineage out = must(compare_weights(a_, safetensors(random_layers(2), "b.safetensors")));
    EXPECT_EQ(out.finding(), Finding::not_shown);
    EXPECT_EQ(out.shared, 0u);
    EXPECT_GT(out.log_p(), std::log(1e-3));
}

TEST_F(LineageFiles, A_folder_is_all_its_files) {
    std::filesystem::create_directories(folder_.path() / "model");
    std::filesystem::copy(a_, folder_.path() / "model" / "part.safetensors");
    EXPECT_EQ(finding(a_, folder_.path() / "model"), Finding::same_tensors);
    std::filesystem::create_directories(folder_.path() / "empty");
    EXPECT_EQ(code_of(compare_weights(a_, folder_.path() / "empty")), 2);
    EXPECT_EQ(code_of(compare_weights(a_, write("x.gguf", bytes_of("GGUFnonsense")))), 2);
}

TEST_F(LineageFiles, Without_layers_of_one_width_nothing_is_said) {
    const std::vector<formats::TensorSource> one = {{"embed", {kHidden, kWidth}, layers_[0]}};
    const Path b = write("b.safetensors", formats::write_safetensors(one, formats::Dtype::f32));
    EXPECT_EQ(finding(a_, b), Finding::same_tensors) << "names do not matter";
    const Layers fresh = random_layers(3);
    const std::vector<formats::TensorSource> two = {{"embed", {kHidden, kWidth}, fresh[0]}};
    const Path c = write("c.safetensors", formats::write_safetensors(two, formats::Dtype::f32));
    EXPECT_EQ(finding(a_, c), Finding::not_comparable);
}

}  // namespace
}  // namespace litura::audit
