#include "formats/safetensors_index.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace litura::formats {
namespace {

bool accepted(const std::string& file) {
    return read_safetensors_index(fmt::format(R"({{"weight_map": {{"a": "{}"}}}})", file)).ok();
}

TEST(SafetensorsIndex, Says_which_file_holds_a_tensor) {
    const auto index = read_safetensors_index(R"({"metadata": {"total_size": 12},
        "weight_map": {"b": "model-00002-of-00002.safetensors",
                       "a": "model-00001-of-00002.safetensors"}})")
                           .value();
    EXPECT_EQ(index, (SafetensorsIndex{{"a", "model-00001-of-00002.safetensors"},
                                       {"b", "model-00002-of-00002.safetensors"}}));
}

TEST(SafetensorsIndex, Files_outside_of_the_folder_are_refused) {
    EXPECT_TRUE(accepted("model.safetensors"));
    EXPECT_FALSE(accepted("../model.safetensors"));
    EXPECT_FALSE(accepted("/model.safetensors"));
    EXPECT_FALSE(accepted("sub/model.safetensors"));
    EXPECT_FALSE(accepted(".safetensors"));
    EXPECT_FALSE(accepted("..safetensors"));
    EXPECT_FALSE(accepted("model.bin"));
    EXPECT_FALSE(accepted("model\\u0000.safetensors"));
    EXPECT_FALSE(accepted(std::string(200, 'a') + ".safetensors"));
}

TEST(SafetensorsIndex, Broken_files_are_refused) {
    EXPECT_FALSE(read_safetensors_index("{}").ok());
    EXPECT_FALSE(read_safetensors_index(R"({"weight_map": {}})").ok());
    EXPECT_FALSE(read_safetensors_index(R"({"weight_map": {"a": 1}})").ok());
    EXPECT_FALSE(read_safetensors_index(R"({"weight_map": ["a"]})").ok());
    EXPECT_FALSE(
        read_safetensors_index(R"({"weight_map": {"a": "x.safetensors", "a": "y.safetensors"}})")
            .ok())
        << "a tensor twice";
}

}  // namespace
}  // namespace litura::formats
