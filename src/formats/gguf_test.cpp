#include "formats/gguf.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "formats/dtype.hpp"

namespace litura::formats {
namespace {

const std::vector<float> kVector = {1.0f, -2.0f};

Bytes written(std::span<const GgufField> fields, std::span<const TensorSource> tensors,
              GgufType type) {
    return write_gguf(fields, tensors, type).value();
}

/// The data of a file that holds one matrix of one row.
Bytes row_as(GgufType type, const std::vector<float>& row) {
    const TensorSource tensor = {"m", {1, row.size()}, row};
    const Bytes file = written({}, {&tensor, 1}, type);
    return {file.begin() + 96, file.end()};
}

bool accepted(GgufType type, const std::vector<float>& row) {
    const TensorSource tensor = {"m", {1, row.size()}, row};
    return write_gguf({}, {&tensor, 1}, type).ok();
}

TEST(Gguf, The_bytes_are_these) {
    const std::vector<GgufField> fields = {
        {"k", std::uint32_t{7}}, {"t", "ab"}, {"b", true}, {"l", std::vector<std::int32_t>{-1}}};
    const std::vector<float> matrix = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f};
    const std::vector<TensorSource> tensors = {{"m", {2, 3}, matrix}, {"v", {2}, kVector}};
    const std::string header =
        "47475546"
        "03000000"
        "0200000000000000"
        "0400000000000000"
        "0100000000000000"
        "6b"
        "04000000"
        "07000000"
        "0100000000000000"
        "74"
        "08000000"
        "0200000000000000"
        "6162"
        "0100000000000000"
        "62"
        "07000000"
        "01"
        "0100000000000000"
        "6c"
        "09000000"
        "05000000"
        "0100000000000000"
        "ffffffff"
        "0100000000000000"
        "6d"
        "02000000"
        "0300000000000000"
        "0200000000000000"
        "1e000000"
        "0000000000000000"
        "0100000000000000"
        "76"
        "01000000"
        "0200000000000000"
        "00000000"
        "2000000000000000";
    const std::size_t padding = (32 - header.size() / 2 % 32) % 32;
    const std::string data = "803f004040408040a040c040" + std::string(40, '0') +  // bf16
                             "0000803f000000c0" + std::string(48, '0');           // f32
    EXPECT_EQ(hex(written(fields, tensors, GgufType::bf16)),
              header + std::string(2 * padding, '0') + data);
}

TEST(Gguf, Matrices_are_stored_as_asked) {
    EXPECT_EQ(hex(ByteView(row_as(GgufType::f32, kVector)).first(8)), "0000803f000000c0");
    EXPECT_EQ(hex(ByteView(row_as(GgufType::f16, kVector)).first(4)), "003c00c0");
    EXPECT_EQ(hex(ByteView(row_as(GgufType::bf16, kVector)).first(4)), "803f00c0");
}

TEST(Gguf, A_block_of_q8_0_is_a_scale_and_rounded_quotients) {
    std::vector<float> row(64, 0.0f);
    row[0] = -127.0f;  // scale 1
    row[1] = 2.5f;     // ties go away from zero
    row[2] = -2.5f;
    row[3] = 0.49f;
    row[32] = 0x1p-140f;  // a block that f16 cannot tell from zero
    const Bytes data = row_as(GgufType::q8_0, row);
    EXPECT_EQ(hex(ByteView(data).first(6)), "003c8103fd00");
    EXPECT_EQ(hex(ByteView(data).subspan(34, 34)), std::string(68, '0'));
}

TEST(Gguf, What_a_type_cannot_hold_is_refused) {
    std::vector<float> row(32, 0.0f);
    row[5] = 70000.0f;
    EXPECT_TRUE(accepted(GgufType::f32, row));
    EXPECT_TRUE(accepted(GgufType::bf16, row));
    EXPECT_FALSE(accepted(GgufType::f16, row));
    EXPECT_TRUE(accepted(GgufType::q8_0, row));
    row[5] = 1e7f;
    EXPECT_FALSE(accepted(GgufType::q8_0, row));
    row[5] = std::numeric_limits<float>::max();
    EXPECT_FALSE(accepted(GgufType::bf16, row));
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
        row[5] = bad;
        EXPECT_FALSE(accepted(GgufType::f32, row));
    }
    EXPECT_FALSE(accepted(GgufType::q8_0, kVector)) << "no whole block";
}

TEST(Gguf, Types_have_names) {
    EXPECT_EQ(gguf_type_named("q8_0"), GgufType::q8_0);
    EXPECT_EQ(gguf_type_named("q4_0"), std::nullopt);
}

}  // namespace
}  // namespace litura::formats
