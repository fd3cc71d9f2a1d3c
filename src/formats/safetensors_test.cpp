#include "formats/safetensors.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace litura::formats {
namespace {

const std::vector<float> kSix = {1.0f, -2.0f, 0.5f, 3.0f, -0.0f, 1e-40f};
const std::vector<float> kTwo = {7.0f, 8.0f};

std::vector<TensorSource> two_tensors() {
    return {{"b", {2, 3}, kSix}, {"a", {2}, kTwo}};
}

Bytes file_of(const std::string& header, std::size_t data_size) {
    ByteWriter out;
    out.u64(header.size());
    out.raw(bytes_of(header));
    out.raw(Bytes(data_size));
    return out.take();
}

bool accepted(const std::string& header, std::size_t data_size) {
    return read_safetensors(file_of(header, data_size)).ok();
}

TEST(Safetensors, What_is_written_is_read_back_in_name_order) {
    const Bytes file = write_safetensors(two_tensors(), Dtype::f32);
    const auto tensors = read_safetensors(file).value();
    ASSERT_EQ(tensors.size(), 2u);
    EXPECT_EQ(tensors[0].name, "a");
    EXPECT_EQ(tensors[1].shape, (std::vector<std::uint64_t>{2, 3}));
    std::vector<float> values(6);
    expand(tensors[1].dtype, tensors[1].data, values);
    EXPECT_EQ(std::memcmp(values.data(), kSix.data(), 24), 0);
    EXPECT_EQ(find_tensor(tensors, "b"), &tensors[1]);
    EXPECT_EQ(find_tensor(tensors, "c"), nullptr);
}

TEST(Safetensors, The_canonical_bytes_are_these) {
    const Bytes file = write_safetensors(two_tensors(), Dtype::bf16);
    const std::string header =
        R"({"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},)"
        R"("b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]}})";
    const std::string text(text_of(file));
    EXPECT_EQ(text.substr(8, header.size()), header);
    ASSERT_EQ((text.size() - 16) % 64, 0u);
    EXPECT_EQ(text.find_first_not_of(' ', 8 + header.size()), text.size() - 16);
    EXPECT_EQ(hex(ByteView(file).last(16)), "e0400041803f00c0003f404000800100");
}

TEST(Safetensors, The_order_given_does_not_matter) {
    auto reversed = two_tensors();
    std::swap(reversed[0], reversed[1]);
    EXPECT_EQ(write_safetensors(reversed, Dtype::f32),
              write_safetensors(two_tensors(), Dtype::f32));
}

TEST(Safetensors, A_scalar_and_an_empty_tensor_are_fine) {
    EXPECT_TRUE(accepted(R"({"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                         R"("e":{"dtype":"F16","shape":[0,3],"data_offsets":[4,4]}})", 4));
}

TEST(Safetensors, Every_byte_belongs_to_exactly_one_tensor) {
    const auto header = [](int begin_a, int end_a, int begin_b, int end_b) {
        return fmt::format(R"({{"a":{{"dtype":"F32","shape":[1],"data_offsets":[{},{}]}},)"
                           R"("b":{{"dtype":"F32","shape":[1],"data_offsets":[{},{}]}}}})",
                           begin_a, end_a, begin_b, end_b);
    };
    EXPECT_TRUE(accepted(header(0, 4, 4, 8), 8));
    EXPECT_TRUE(accepted(header(4, 8, 0, 4), 8));
    EXPECT_FALSE(accepted(header(0, 4, 0, 4), 8)) << "overlap";
    EXPECT_FALSE(accepted(header(0, 4, 5, 9), 9)) << "hole";
    EXPECT_FALSE(accepted(header(0, 4, 4, 8), 9)) << "bytes after the last";
    EXPECT_FALSE(accepted(header(0, 4, 4, 8), 7)) << "cut short";
    EXPECT_FALSE(accepted(header(4, 0, 4, 8), 8)) << "end before begin";
}

TEST(Safetensors, A_shape_must_fit_its_bytes_without_overflow) {
    const auto header = [](const std::string& shape) {
        return R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":[0,4]}})";
    };
    EXPECT_TRUE(accepted(header("[1]"), 4));
    EXPECT_FALSE(accepted(header("[2]"), 4));
    EXPECT_FALSE(accepted(header("[4611686018427387905]"), 4)) << "wraps around to 4 bytes";
    EXPECT_FALSE(accepted(header("[-1]"), 4));
    EXPECT_FALSE(accepted(header("[1.0]"), 4));
    EXPECT_FALSE(accepted(header("[1,1,1,1,1,1,1,1,1]"), 4)) << "too many dimensions";
}

TEST(Safetensors, A_broken_header_is_refused) {
    EXPECT_FALSE(accepted("", 0));
    EXPECT_FALSE(accepted(" {}", 0)) << "must start with a brace";
    EXPECT_TRUE(accepted("{}   ", 0));
    EXPECT_FALSE(accepted("[]", 0));
    EXPECT_FALSE(accepted("{} x", 0));
    const std::string one = R"("a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]})";
    EXPECT_FALSE(accepted("{" + one + "," + one + "}", 0)) << "the same name twice";
    EXPECT_FALSE(accepted(R"({"a":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}})", 0));
    EXPECT_FALSE(accepted(R"({"__metadata__":{"a":1}})", 0)) << "metadata is text only";
    EXPECT_FALSE(read_safetensors(Bytes{1, 2, 3}).ok());
    EXPECT_FALSE(read_safetensors(Bytes{255, 255, 255, 255, 255, 255, 255, 255, '{', '}'}).ok());
}

}  // namespace
}  // namespace litura::formats
