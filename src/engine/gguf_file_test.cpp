// What of a model reaches the file. That its tensors are the folder's is checked from outside, by
// tests/acceptance/gguf.py.
#include "engine/gguf_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "engine/layout.hpp"
#include "engine/random_weights.hpp"
#include "formats/byte_alphabet.hpp"
#include "formats/tensor_identity.hpp"

namespace litura::engine {
namespace {

using formats::GgufType;
using formats::Splitter;

/// Two heads of four numbers on eight; some names in the vocabulary.
Model small_model(const std::function<void(formats::BpeModel&, formats::LlamaConfig&)>& change) {
    formats::BpeModel bpe;
    bpe.tokens = formats::byte_alphabet();
    for (const char* name : {"<|begin|>", "<|end|>", "<|turn|>"}) {
        bpe.specials.push_back(static_cast<std::uint32_t>(bpe.tokens.size()));
        bpe.tokens.emplace_back(name);
    }
    formats::LlamaConfig config;
    config.vocab = 260;
    config.dim = 8;
    config.layers = 1;
    config.heads = 2;
    config.kv_heads = 1;
    config.head_dim = 4;
    config.hidden = 8;
    config.context = 64;
    config.bos = 256;
    config.eos = {257, 258};
    change(bpe, config);
    return {config, random_weights(config, 1), Tokenizer(std::move(bpe))};
}

std::string file_of(const Model& model) {
    return std::string(text_of(gguf_file(model, GgufType::f32).value()));
}

/// The value of a field that is a number.
std::uint32_t number_at(const std::string& file, const std::string& key) {
    const std::size_t at = file.find(key);
    CHECK(at != std::string::npos && file.find(key, at + 1) == std::string::npos);
    return ByteReader(bytes_of(file).subspan(at + key.size() + 4)).u32();
}

std::string text_at(const std::string& file, const std::string& key) {
    const std::size_t begin = file.find(key) + key.size() + 4;
    return ByteReader(bytes_of(file).subspan(begin)).text();
}

std::string pre_of(Splitter splitter, bool whole_pieces) {
    return text_at(file_of(small_model([&](auto& bpe, auto&) {
                       bpe.splitter = splitter;
                       bpe.whole_pieces = whole_pieces;
                   })),
                   "tokenizer.ggml.pre");
}

bool accepted(const std::function<void(formats::BpeModel&, formats::LlamaConfig&)>& change) {
    return gguf_file(small_model(change), GgufType::f32).ok();
}

TEST(GgufFile, The_same_model_gives_the_same_bytes_and_its_digest) {
    const Model model = small_model([](auto&, auto&) {});
    const std::string file = file_of(model);
    EXPECT_EQ(file, file_of(model));
    EXPECT_EQ(text_at(file, "litura.model.digest"),
              "sha256:" + model_digest(model.config, model.weights, model.tokenizer).hex());
}

TEST(GgufFile, Each_way_of_cutting_texts_has_its_name) {
    EXPECT_EQ(pre_of(Splitter::gpt2, false), "gpt-2");
    EXPECT_EQ(pre_of(Splitter::gpt2_digits, false), "smollm");
    EXPECT_EQ(pre_of(Splitter::llama3, true), "llama-bpe");
    EXPECT_EQ(pre_of(Splitter::llama3, false), "smaug-bpe");
}

TEST(GgufFile, Tokens_that_llama_cpp_would_not_make_are_refused) {
    EXPECT_TRUE(accepted([](auto&, auto&) {}));
    EXPECT_FALSE(accepted([](auto& bpe, auto&) { bpe.prefix_space = true; }));
    EXPECT_FALSE(accepted([](auto& bpe, auto&) { bpe.whole_pieces = true; })) << "only llama3";
    EXPECT_FALSE(accepted([](auto& bpe, auto&) { bpe.tokens[258] = "[PAD259]"; })) << "padding";
}

TEST(GgufFile, The_separator_begins_texts_and_ends_them_beside_eos) {
    const std::string file = file_of(small_model([](auto&, auto&) {}));
    EXPECT_EQ(number_at(file, "tokenizer.ggml.bos_token_id"), 256u);
    EXPECT_EQ(number_at(file, "tokenizer.ggml.eos_token_id"), 257u);
    EXPECT_EQ(number_at(file, "tokenizer.ggml.eot_token_id"), 256u);
    EXPECT_EQ(number_at(file, "tokenizer.ggml.eom_token_id"), 258u);
    const std::string one = file_of(small_model([](auto&, auto& config) {
        config.bos.reset();
        config.eos = {256};
    }));
    EXPECT_EQ(number_at(one, "tokenizer.ggml.bos_token_id"), 256u);
    EXPECT_EQ(number_at(one, "tokenizer.ggml.eos_token_id"), 256u);
    EXPECT_EQ(one.find("eot_token_id"), std::string::npos);
    const std::string none = file_of(small_model([](auto&, auto& config) { config.eos.clear(); }));
    EXPECT_EQ(number_at(none, "tokenizer.ggml.eos_token_id"), 256u);
}

TEST(GgufFile, Query_and_key_rows_become_neighbours) {
    Model model = small_model([](auto&, auto&) {});
    const Layout layout(model.config);
    const TensorSpec& query = layout.tensor("model.layers.0.self_attn.q_proj.weight");
    std::vector<float> expected;
    for (const int row : {0, 2, 1, 3, 4, 6, 5, 7})
        expected.insert(expected.end(), 8, static_cast<float>(row));
    for (std::size_t i = 0; i < query.count; ++i)
        model.weights[query.offset + i] = static_cast<float>(i / 8);
    const auto bytes = bytes_of_values(std::span<const float>(expected));
    EXPECT_NE(file_of(model).find(text_of(bytes)), std::string::npos);
}

TEST(GgufFile, Its_tensors_are_recognised_as_the_folders) {
    const Model model = small_model([](auto&, auto&) {});
    std::vector<formats::TensorSource> tensors;
    const Layout layout(model.config);
    for (const TensorSpec& spec : layout.tensors())
        tensors.push_back({spec.name, spec.shape, std::span(model.weights).subspan(spec.offset, spec.count)});
    const auto of = [](const Bytes& file) {
        std::vector<Digest> digests;
        for (const auto& tensor : formats::weight_identity(file).value().tensors)
            digests.push_back(tensor.digest);
        std::ranges::sort(digests);
        return digests;
    };
    const auto folder = of(formats::write_safetensors(tensors, formats::Dtype::f32));
    EXPECT_GT(folder.size(), 5u);
    EXPECT_EQ(of(gguf_file(model, GgufType::f32).value()), folder);
}

}  // namespace
}  // namespace litura::engine
