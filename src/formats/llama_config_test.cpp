#include "formats/llama_config.hpp"

#include <fmt/format.h>
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
        "rope_parameters": {"rope_type": "default", "rope_theta": 50000.0}})")
                            .value();
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

TEST(LlamaConfig, Refuses_what_only_other_programs_compute) {
    const auto added = [](const char* field, const char* value) {
        return refusal(changed("\"mlp_bias\": false", fmt::format("\"{}\": {}", field, value)));
    };
    EXPECT_EQ(added("sliding_window", "4096"), "config.json: sliding_window");
    EXPECT_EQ(added("sliding_window", "null"), "accepted");
    EXPECT_EQ(added("partial_rotary_factor", "0.5"), "config.json: partial_rotary_factor");
    EXPECT_EQ(added("partial_rotary_factor", "1"), "accepted");
    EXPECT_EQ(added("quantization_config", "{}"), "config.json: quantization_config");
    EXPECT_EQ(added("auto_map", "{}"), "config.json: auto_map");
    EXPECT_EQ(added("pretraining_tp", "2"), "config.json: pretraining_tp");
    EXPECT_EQ(added("pad_token_id", "7"), "accepted");
}

std::string scaled(const std::string& scaling) {
    return refusal(changed("\"mlp_bias\": false", "\"rope_scaling\": " + scaling));
}

TEST(LlamaConfig, Rope_scaling_of_the_two_kinds_is_read_in_old_and_new_files_and_written_back) {
    LlamaConfig llama3 = small();
    llama3.rope_theta = 500000.0f;
    llama3.rope_scaling = {RopeScaling::Kind::llama3, 32.0f, 1.0f, 4.0f, 8192};
    const std::string fields = R"("factor": 32, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192, "rope_type": "llama3")";
    EXPECT_EQ(
        parse_llama_config(changed("\"rope_theta\": 10000.0",
                                   "\"rope_theta\": 500000.0, \"rope_scaling\": {" + fields + "}"))
            .value(),
        llama3);
    EXPECT_EQ(parse_llama_config(
                  changed("\"rope_theta\": 10000.0",
                          "\"rope_parameters\": {\"rope_theta\": 500000.0, " + fields + "}"))
                  .value(),
              llama3);
    EXPECT_EQ(parse_llama_config(to_config_json(llama3)).value(), llama3);

    LlamaConfig linear = small();
    linear.rope_scaling = {RopeScaling::Kind::linear, 2.5f};
    EXPECT_EQ(parse_llama_config(to_config_json(linear)).value(), linear);
    EXPECT_EQ(scaled(R"({"type": "linear", "factor": 2.5})"), "accepted");
    EXPECT_EQ(scaled(R"({"rope_type": "default"})"), "accepted");
}

TEST(LlamaConfig, Refuses_rope_scaling_that_it_does_not_know_or_that_makes_no_sense) {
    EXPECT_EQ(scaled(R"({"rope_type": "longrope"})"), "config.json: rope_scaling.rope_type");
    EXPECT_EQ(scaled(R"({"rope_type": "dynamic", "factor": 2.0})"),
              "config.json: rope_scaling.rope_type");
    EXPECT_EQ(scaled("8"), "config.json: rope_scaling");
    EXPECT_EQ(scaled(R"({"type": "linear"})"), "config.json: factor");
    EXPECT_EQ(scaled(R"({"type": "linear", "factor": 0.5})"), "config.json: rope_scaling.factor");
    EXPECT_EQ(scaled(R"({"type": "linear", "factor": 1e999})"), "config.json");
    EXPECT_EQ(scaled(R"({"type": "llama3", "factor": 8, "low_freq_factor": 4,
        "high_freq_factor": 4, "original_max_position_embeddings": 8192})"),
              "config.json: rope_scaling.high_freq_factor");
    EXPECT_EQ(scaled(R"({"type": "llama3", "factor": 8, "low_freq_factor": 1,
        "high_freq_factor": 4, "original_max_position_embeddings": 0})"),
              "config.json: rope_scaling.original_max_position_embeddings");
    EXPECT_EQ(scaled(R"({"type": "linear", "factor": 2.0}, "rope_parameters": {})"),
              "config.json: rope_parameters");
}

TEST(LlamaConfig, Tokens_around_a_text_may_be_one_several_or_none) {
    const auto marks = [](const char* bos, const char* eos) {
        std::string text = changed("\"bos_token_id\": 4095", bos);
        text.replace(text.find("\"eos_token_id\": 4095"), 20, eos);
        return text;
    };
    const auto read = [&](const char* bos, const char* eos) {
        return parse_llama_config(marks(bos, eos)).value();
    };
    const LlamaConfig several = read("\"bos_token_id\": [7]", "\"eos_token_id\": [9, 8]");
    EXPECT_EQ(several.bos, 7u);
    EXPECT_EQ(several.eos, (std::vector<std::uint32_t>{9, 8}));
    EXPECT_EQ(several.separator(), 7u);
    EXPECT_EQ(parse_llama_config(to_config_json(several)).value(), several);
    const LlamaConfig no_bos = read("\"bos_token_id\": null", "\"eos_token_id\": 9");
    EXPECT_EQ(no_bos.separator(), 9u);
    EXPECT_EQ(parse_llama_config(to_config_json(no_bos)).value(), no_bos);
    EXPECT_EQ(read("\"a\": 0", "\"b\": 0").bos, 1u) << "what Hugging Face takes for a missing one";
    EXPECT_EQ(read("\"a\": 0", "\"b\": 0").eos, std::vector{2u});

    const auto refused = [&](const char* bos, const char* eos) { return refusal(marks(bos, eos)); };
    EXPECT_EQ(refused("\"bos_token_id\": null", "\"eos_token_id\": null"),
              "config.json: eos_token_id");
    EXPECT_EQ(refused("\"bos_token_id\": [1, 2]", "\"b\": 0"), "config.json: bos_token_id");
    EXPECT_EQ(refused("\"bos_token_id\": 1", "\"eos_token_id\": [2, 2]"),
              "config.json: eos_token_id");
    EXPECT_EQ(refused("\"bos_token_id\": 1", "\"eos_token_id\": [2, 4096]"),
              "config.json: eos_token_id");
    EXPECT_EQ(refused("\"bos_token_id\": -1", "\"b\": 0"), "config.json: bos_token_id");
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
