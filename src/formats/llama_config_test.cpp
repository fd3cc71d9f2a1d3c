#include "formats/llama_config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace litura::formats {
namespace {

LlamaConfig small() {
    LlamaConfig config;
    config.vocab = 4096;
    config.dim = 256;
    config.layers = 4;
    config.heads = 4;
    config.kv_heads = 2;
    config.head_dim = 64;
    config.hidden = 704;
    config.context = 512;
    config.bos = 4095;
    config.eos = {4095};
    return config;
}

/// The canonical text of small() with one piece replaced by another.
std::string changed(std::string_view from, std::string_view to) {
    std::string text = to_config_json(small());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
    const auto result = parse_llama_config(text);
    return result.ok() ? "accepted" : result.error().where;
}

TEST(LlamaConfig, What_is_written_is_read_back) {
    LlamaConfig config = small();
    config.rope_theta = 500000.0f;
    config.norm_eps = 1e-6f;
    config.tied = false;
    EXPECT_EQ(parse_llama_config(to_config_json(config)).value(), config);
}

TEST(LlamaConfig, The_written_file_states_the_number_format) {
    EXPECT_NE(to_config_json(small(), Dtype::bf16).find("\"torch_dtype\": \"bfloat16\""),
              std::string::npos);
}

TEST(LlamaConfig, Reads_what_older_and_newer_files_leave_out_or_add) {
    const auto config = parse_llama_config(R"({
        "model_type": "llama", "vocab_size": 32, "hidden_size": 16,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8,
        "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2, "use_cache": true,
        "rope_parameters": {"rope_type": "default", "rope_theta": 50000.0}})").value();
    EXPECT_EQ(config.kv_heads, 2u);
    EXPECT_EQ(config.head_dim, 8u);
    EXPECT_EQ(config.rope_theta, 50000.0f);
    EXPECT_EQ(config.norm_eps, 1e-6f);
    EXPECT_FALSE(config.tied);
}

TEST(LlamaConfig, Refuses_by_name_what_would_be_computed_differently) {
    EXPECT_EQ(refusal(changed("\"silu\"", "\"gelu\"")), "config.json: hidden_act");
    EXPECT_EQ(refusal(changed("\"attention_bias\": false", "\"attention_bias\": true")),
              "config.json: attention_bias");
    EXPECT_EQ(refusal(changed("\"llama\"", "\"mistral\"")), "config.json: model_type");
    EXPECT_EQ(refusal(changed("\"mlp_bias\": false", R"("rope_scaling": {"type": "yarn"})")),
              "config.json: rope_scaling.type");
}

TEST(LlamaConfig, Refuses_impossible_shapes) {
    EXPECT_EQ(refusal(changed("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3")),
              "config.json: num_key_value_heads");
    EXPECT_EQ(refusal(changed("\"head_dim\": 64", "\"head_dim\": 63")), "config.json: head_dim");
    EXPECT_EQ(refusal(changed("\"bos_token_id\": 4095", "\"bos_token_id\": 4096")),
              "config.json: bos_token_id");
    EXPECT_EQ(refusal(changed("\"hidden_size\": 256", "\"hidden_size\": 4294967296")),
              "config.json: hidden_size");
    EXPECT_EQ(refusal(changed("\"vocab_size\": 4096", "\"vocab_size\": -1")),
              "config.json: vocab_size");
    EXPECT_EQ(refusal(changed("\"num_hidden_layers\": 4,", "")), "config.json: num_hidden_layers");
}

TEST(LlamaConfig, Refuses_broken_and_ambiguous_json) {
    EXPECT_EQ(refusal("{"), "config.json");
    EXPECT_EQ(refusal("[]"), "config.json");
    EXPECT_EQ(refusal(changed("\"head_dim\": 64", R"("head_dim": 64, "head_dim": 32)")),
              "config.json");
    EXPECT_EQ(refusal(std::string(100000, '[')), "config.json");
}

}  // namespace
}  // namespace litura::formats
