#include "formats/tensor_identity.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "formats/gguf.hpp"
#include "formats/gguf_reader.hpp"
#include "formats/safetensors.hpp"

namespace litura::formats {
namespace {

// Exact in BF16 and F16 alike.
const std::vector<float> kMatrix = {1.0f, -0.5f, 2.0f, 0.25f, -3.0f, 4.0f, 1.5f, 8.0f};
const std::vector<float> kVector = {0.75f, -2.0f};
const std::vector<TensorSource> kTensors = {{"blk.0.ffn_up.weight", {4, 2}, kMatrix},
                                            {"v", {2}, kVector}};

std::vector<Digest> sorted(const WeightIdentity& identity) {
    std::vector<Digest> digests;
    for (const IdentifiedTensor& tensor : identity.tensors) digests.push_back(tensor.digest);
    std::ranges::sort(digests);
    return digests;
}
std::vector<Digest> of(const Bytes& file) { return sorted(weight_identity(file).value()); }

TEST(TensorIdentity, The_digest_is_this) {
    // Written down from the definition: printf, then sha256sum.
    EXPECT_EQ(
        tensor_digest(std::vector<std::uint64_t>{2}, Dtype::f32, narrow(Dtype::f32, kVector)).hex(),
        "9fb02fd79fd66d029adc06a3bb55aff373ea5d567da42e4283488cbddaa4e7cc");
}

TEST(TensorIdentity, A_number_format_that_loses_nothing_leaves_it) {
    const auto plain = of(write_safetensors(kTensors, Dtype::f32));
    ASSERT_EQ(plain.size(), 2u);
    EXPECT_EQ(of(write_safetensors(kTensors, Dtype::bf16)), plain);
    EXPECT_EQ(of(write_safetensors(kTensors, Dtype::f16)), plain);
    for (const GgufType type : {GgufType::f32, GgufType::f16, GgufType::bf16})
        EXPECT_EQ(of(write_gguf({}, kTensors, type).value()), plain);
}

TEST(TensorIdentity, Another_shape_or_value_is_another_tensor) {
    const auto plain = of(write_safetensors(kTensors, Dtype::f32));
    std::vector<float> changed = kMatrix;
    changed[3] = 0.2501f;
    EXPECT_NE(
        of(write_safetensors(std::vector<TensorSource>{{"m", {4, 2}, changed}, {"v", {2}, kVector}},
                             Dtype::f32)),
        plain);
    EXPECT_NE(
        of(write_safetensors(std::vector<TensorSource>{{"m", {2, 4}, kMatrix}, {"v", {2}, kVector}},
                             Dtype::f32)),
        plain);
}

TEST(TensorIdentity, Values_all_equal_say_nothing_of_origin) {
    const std::vector<float> ones(4, 1.0f);
    EXPECT_TRUE(
        of(write_safetensors(std::vector<TensorSource>{{"norm", {4}, ones}}, Dtype::f32)).empty());
}

TEST(TensorIdentity, A_rounded_form_is_what_a_file_of_that_form_holds) {
    std::vector<float> values(96);
    for (std::size_t index = 0; index < values.size(); ++index)
        values[index] = 0.1f * static_cast<float>(index) - 3.0f;
    const std::vector<std::uint64_t> shape = {3, 32};
    const std::vector<Digest> rounded =
        rounded_digests(shape, Dtype::f32, narrow(Dtype::f32, values));
    ASSERT_EQ(rounded.size(), 3u);
    const std::vector<TensorSource> tensors = {{"m", shape, values}};
    const GgufType types[] = {GgufType::f16, GgufType::bf16, GgufType::q8_0};
    for (std::size_t index = 0; index < 3; ++index)
        EXPECT_EQ(of(write_gguf({}, tensors, types[index]).value()),
                  std::vector<Digest>{rounded[index]});
    EXPECT_EQ(
        rounded_digests(std::vector<std::uint64_t>{2}, Dtype::f32, narrow(Dtype::f32, kVector))
            .size(),
        2u)
        << "a vector has no blocks";
}

TEST(TensorIdentity, Quantised_tensors_are_counted_and_the_file_still_names_its_model) {
    const std::vector<float> row(32, 0.5f);
    const std::vector<GgufField> fields = {{"litura.model.digest", "sha256:00"}};
    Bytes file =
        write_gguf(fields, std::vector<TensorSource>{{"m", {1, 32}, row}}, GgufType::q8_0).value();
    EXPECT_EQ(weight_identity(file).value().unreadable, 0u);
    EXPECT_TRUE(weight_identity(file).value().tensors.empty()) << "one repeated value";
    const std::size_t type = text_of(file).find(std::string("\x08\0\0\0\0\0\0\0\0\0\0\0", 12));
    file[type] = 2;  // q4_0
    const WeightIdentity identity = weight_identity(file).value();
    EXPECT_EQ(identity.unreadable, 1u);
    EXPECT_TRUE(identity.tensors.empty());
    EXPECT_EQ(identity.model, "sha256:00");
}

TEST(TensorIdentity, Heads_that_no_row_belongs_to_reorder_nothing) {
    const std::vector<float> rows = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f, 8.0f};
    const std::vector<TensorSource> queries = {{"blk.0.attn_q.weight", {4, 2}, rows}};
    Bytes file =
        write_gguf(std::vector<GgufField>{{"general.architecture", "llama"},
                                          {"llama.attention.head_count", std::uint32_t{1}}},
                   queries, GgufType::f32)
            .value();
    const auto turned = of(file);
    const auto plain = of(write_gguf({}, queries, GgufType::f32).value());
    EXPECT_NE(turned, plain);
    // The count as any u64, among them 2^63, which doubled is none: the reader takes all types.
    const std::string key = "llama.attention.head_count";
    const auto at =
        static_cast<std::size_t>(std::ranges::search(file, bytes_of(key)).begin() - file.begin());
    for (const std::uint64_t heads : {std::uint64_t{3}, std::uint64_t{4}, std::uint64_t{5},
                                      std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
        ByteWriter value;
        value.u32(10);
        value.u64(heads);
        Bytes wide(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(at + key.size()));
        wide.insert(wide.end(), value.bytes().begin(), value.bytes().end());
        wide.insert(wide.end(), file.begin() + static_cast<std::ptrdiff_t>(at + key.size() + 8),
                    file.end());
        wide.resize(wide.size() + 32);
        EXPECT_TRUE(weight_identity(wide).ok()) << heads;
    }
}

TEST(TensorIdentity, A_tensor_of_another_number_format_hides_no_other) {
    const Bytes file = write_safetensors(kTensors, Dtype::f32);
    ByteReader in(file);
    std::string header(text_of(in.raw(in.u64())));
    const auto end = std::to_string(4 * (kMatrix.size() + kVector.size()));
    header.replace(header.rfind('}'), 1,
                   R"(,"positions":{"dtype":"I64","shape":[1],"data_offsets":[)" + end + "," +
                       std::to_string(4 * (kMatrix.size() + kVector.size()) + 8) + "]}}");
    ByteWriter more;
    more.u64(header.size());
    more.raw(bytes_of(header));
    more.raw(ByteView(file).last(4 * (kMatrix.size() + kVector.size())));
    more.raw(Bytes(8));
    EXPECT_FALSE(read_safetensors(more.bytes()).ok());
    const WeightIdentity identity = weight_identity(more.bytes()).value();
    EXPECT_EQ(identity.unreadable, 1u);
    EXPECT_EQ(sorted(identity), of(file));
}

TEST(GgufReader, Reads_what_is_written) {
    const std::vector<GgufField> fields = {{"n", std::uint32_t{7}},
                                           {"l", std::vector<std::string>{"a", "b"}},
                                           {"t", "text"},
                                           {"f", 0.5f}};
    const Bytes file = write_gguf(fields, kTensors, GgufType::f32).value();
    const GgufFile read = read_gguf(file).value();
    EXPECT_EQ(read.numbers.at("n"), 7u);
    EXPECT_EQ(read.texts.at("t"), "text");
    ASSERT_EQ(read.tensors.size(), 2u);
    EXPECT_EQ(read.tensors[0].shape, (std::vector<std::uint64_t>{4, 2}));
    EXPECT_EQ(Bytes(read.tensors[1].data.begin(), read.tensors[1].data.end()),
              narrow(Dtype::f32, kVector));
}

/// Tensors "0", "1" .. of 8 numbers each at the given places of 64 bytes of data.
Bytes placed(const std::vector<std::uint64_t>& offsets) {
    ByteWriter out;
    out.raw(bytes_of("GGUF"));
    out.u32(3);
    out.u64(offsets.size());
    out.u64(0);
    for (std::size_t index = 0; index < offsets.size(); ++index) {
        out.text(std::to_string(index));
        out.u32(1);
        out.u64(8);
        out.u32(0);
        out.u64(offsets[index]);
    }
    while (out.bytes().size() % 32 != 0) out.u8(0);
    out.raw(Bytes(64, 1));
    return out.take();
}

TEST(GgufReader, No_byte_belongs_to_two_tensors) {
    EXPECT_TRUE(read_gguf(placed({0, 32})).ok());
    EXPECT_TRUE(read_gguf(placed({32, 0})).ok());
    EXPECT_FALSE(read_gguf(placed({0, 0})).ok());
    EXPECT_FALSE(read_gguf(placed({32, 0, 16})).ok());
    EXPECT_FALSE(read_gguf(placed({0, 31})).ok());
}

TEST(GgufReader, Every_truncation_is_refused) {
    const std::vector<GgufField> fields = {{"n", std::uint32_t{7}},
                                           {"l", std::vector<std::string>{"a", "b"}}};
    const Bytes file = write_gguf(fields, kTensors, GgufType::f32).value();
    const std::size_t data_ends = file.size() - 24;  // the last tensor's padding may go
    for (std::size_t size = 0; size < data_ends; ++size)
        EXPECT_FALSE(read_gguf(ByteView(file).first(size)).ok()) << size;
}

TEST(GgufReader, Blocks_of_q8_0_come_back_as_what_they_stand_for) {
    std::vector<float> row(64);
    for (std::size_t index = 0; index < row.size(); ++index)
        row[index] = static_cast<float>(index) - 20;
    row[0] = 127;  // the first block's scale is 1, so its whole numbers are kept
    const Bytes file =
        write_gguf({}, std::vector<TensorSource>{{"m", {2, 32}, row}}, GgufType::q8_0).value();
    const GgufFile read = read_gguf(file).value();
    ASSERT_TRUE(read.tensors[0].q8_0);
    ASSERT_EQ(read.tensors[0].data.size(), 2 * kQ8BlockBytes);
    std::vector<float> back(64);
    expand_q8_0(read.tensors[0].data, back);
    for (std::size_t index = 0; index < 32; ++index) EXPECT_EQ(back[index], row[index]);
    for (std::size_t index = 32; index < 64; ++index) EXPECT_NEAR(back[index], row[index], 0.2);
    EXPECT_FALSE(read_gguf(ByteView(file).first(file.size() - 32)).ok()) << "without a block";
}

}  // namespace
}  // namespace litura::formats
