// Unicode: validity, NFC, folding.
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace litura {
namespace {

TEST(Text, Broken_overlong_and_surrogate_bytes_are_not_utf8) {
    for (const char* good : {"", "plain", "Zo\xc3\xab", "\xf0\x9f\x90\x88"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* bad :
         {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ok\x80"}) {
        EXPECT_FALSE(is_utf8(bad));
        EXPECT_FALSE(nfc(bad).ok());
        EXPECT_FALSE(folded(bad).ok());
    }
}

TEST(Text, Nfc_joins_what_is_canonically_equal_and_nothing_else) {
    EXPECT_EQ(nfc("Zoe\xcc\x88").value(), "Zo\xc3\xab");
    EXPECT_EQ(nfc("\xe2\x84\xab").value(), "\xc3\x85") << "the Angstrom sign is A with a ring";
    EXPECT_EQ(nfc("\xef\xbd\x81").value(), "\xef\xbd\x81") << "full-width stays";
    EXPECT_EQ(nfc("A").value(), "A");
    EXPECT_EQ(nfc(std::string_view("a\0b", 3)).value(), std::string("a\0b", 3));
}

TEST(Text, Folding_joins_case_width_and_hidden_code_points) {
    EXPECT_EQ(folded("STRASSE").value(), folded("stra\xc3\x9f"
                                                "e")
                                             .value());
    EXPECT_EQ(folded("\xef\xbc\xa1nna").value(), "anna");
    EXPECT_EQ(folded("an\xe2\x80\x8dna").value(), "anna");
    EXPECT_NE(folded("anna").value(), folded("ana").value());
}

}  // namespace
}  // namespace litura
