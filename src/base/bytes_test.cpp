// Hex, base32 (by the vectors of RFC 4648 section 10), and reading and writing fixed layouts.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace litura {
namespace {

TEST(Bytes, Base32_follows_the_vectors_of_RFC_4648_without_padding) {
    const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                           {"f", "my"},
                                                           {"fo", "mzxq"},
                                                           {"foo", "mzxw6"},
                                                           {"foob", "mzxw6yq"},
                                                           {"fooba", "mzxw6ytb"},
                                                           {"foobar", "mzxw6ytboi"}};
    for (const auto& [text, expected] : vectors) EXPECT_EQ(base32(bytes_of(text)), expected);
}

TEST(Bytes, Hex_goes_both_ways_and_refuses_what_is_none) {
    EXPECT_EQ(hex(bytes_of("\x01\xfe")), "01fe");
    EXPECT_EQ(from_hex("01FE").value(), (Bytes{1, 254}));
    for (const char* bad : {"0", "0g", " 00", "0x"}) EXPECT_FALSE(from_hex(bad).ok()) << bad;
}

TEST(Bytes, A_layout_reads_back_what_was_written) {
    ByteWriter out;
    out.u8(7);
    out.u32(0x01020304);
    out.u64(~0ull);
    out.i64(-5);
    out.f32(-0.0f);
    out.text("words");
    out.blob(Bytes{1, 2});
    ByteReader in(out.bytes());
    EXPECT_EQ(in.u8(), 7);
    EXPECT_EQ(in.u32(), 0x01020304u);
    EXPECT_EQ(in.u64(), ~0ull);
    EXPECT_EQ(in.i64(), -5);
    EXPECT_TRUE(std::signbit(in.f32()));
    EXPECT_EQ(in.text(), "words");
    EXPECT_EQ(in.blob().size(), 2u);
    EXPECT_TRUE(in.at_end());
}

TEST(Bytes, Integers_are_little_endian) {
    ByteWriter out;
    out.u32(0x01020304);
    EXPECT_EQ(out.bytes(), (Bytes{4, 3, 2, 1}));
}

TEST(Bytes, Fields_with_lengths_cannot_be_shifted_into_each_other) {
    ByteWriter one, other;
    one.text("ab");
    one.text("c");
    other.text("a");
    other.text("bc");
    EXPECT_NE(one.bytes(), other.bytes());
}

TEST(Bytes, A_short_input_is_noticed_once_and_for_all) {
    ByteWriter out;
    out.u64(1'000'000'000'000);  // the length of a blob that is not there
    ByteReader in(out.bytes());
    EXPECT_TRUE(in.blob().empty());
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.u8(), 0);
    EXPECT_FALSE(in.at_end());
}

}  // namespace
}  // namespace litura
