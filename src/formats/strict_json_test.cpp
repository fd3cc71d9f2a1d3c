// What every reader of somebody else's JSON refuses, whatever the file.
#include "formats/strict_json.hpp"

#include <gtest/gtest.h>

#include "formats/llama_config.hpp"
#include "formats/safetensors.hpp"
#include "formats/safetensors_index.hpp"
#include "formats/tokenizer_json.hpp"

namespace litura::formats {
namespace {

using namespace std::string_literals;

Bytes with_header(const std::string& header) {
    ByteWriter out;
    out.u64(header.size());
    out.raw(bytes_of(header));
    return out.take();
}

TEST(StrictJson, A_nul_ends_nothing) {
    EXPECT_TRUE(parse_strict_json("{}", "").ok());
    for (const std::string& text : {"{}\0"s, "{}\0{"s, "{} \0 garbage"s, "\0{}"s, "{\0}"s,
                                    "{\"a\": \"\0\"}"s, "{\"a\0\": 1}"s})
        EXPECT_FALSE(parse_strict_json(text, "").ok()) << text.size();
    EXPECT_TRUE(parse_strict_json("{\"a\": \"\\u0000\"}", "").ok()) << "written, it is a character";
}

TEST(StrictJson, Nor_in_any_file_that_is_read_with_it) {
    const std::string tensors = R"({"t":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})";
    EXPECT_TRUE(read_safetensors(with_header(tensors)).ok());
    EXPECT_TRUE(read_safetensors(with_header(tensors + "   ")).ok());
    EXPECT_FALSE(read_safetensors(with_header(tensors + "\0\0"s)).ok());
    EXPECT_FALSE(read_safetensors(with_header(tensors + "\0{\"u\""s)).ok());
    const std::string index = R"({"weight_map":{"t":"a.safetensors"}})";
    EXPECT_TRUE(read_safetensors_index(index).ok());
    EXPECT_FALSE(read_safetensors_index(index + "\0"s).ok());
    for (const std::string& ending : {"\0"s, "\0 garbage"s}) {
        const auto config = parse_llama_config("{}" + ending);
        EXPECT_EQ(config.error().message, "the JSON holds a NUL");
        const auto tokenizer = read_tokenizer_json("{}" + ending);
        EXPECT_EQ(tokenizer.error().message, "the JSON holds a NUL");
    }
}

}  // namespace
}  // namespace litura::formats
