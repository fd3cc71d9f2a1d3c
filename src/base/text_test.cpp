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

TEST(Text, Folding_joins_dotted_and_dotless_i_whatever_the_locale) {
    for (const char* spelling : {"ILGIN", "\xc4\xb1lg\xc4\xb1n", "ilgin", "\xc4\xb0LG\xc4\xb0N"})
        EXPECT_EQ(folded(spelling).value(), "ilgin") << spelling;
}

TEST(Text, A_skeleton_holds_only_what_shows_and_tells_scripts_apart_unless_they_are_mixed) {
    const std::string plain = skeleton("Alice Example").value();
    EXPECT_EQ(plain, "aliceexample");
    for (const char* name : {" alice\u2003EXAMPLE\n",
                             "Al\u200Bice\x01"
                             "Example",
                             "Alice\uE000 Example\uFFFE", "\u0410lice Exampl\u0435"})
        EXPECT_EQ(skeleton(name).value(), plain) << name;
    EXPECT_NE(skeleton("Alyce Example").value(), plain);
    EXPECT_NE(skeleton("\u0441\u043E\u0440\u0430").value(), skeleton("copa").value());
    EXPECT_EQ(skeleton(" \u200B\u2800").value(), "");
    EXPECT_FALSE(skeleton("\xff").ok());
}

TEST(Text, Words_are_folded_with_one_space_between) {
    EXPECT_EQ(plain_words("  Hello,\t\"World\"!\n> 2nd  line--").value(), "hello world 2nd line");
    EXPECT_EQ(plain_words("").value(), "");
    EXPECT_EQ(plain_words("?!").value(), "");
    EXPECT_EQ(plain_words("Don\xe2\x80\x99t stop").value(), plain_words("DON'T STOP").value());
    EXPECT_EQ(plain_words("caf\xc3\xa9s").value(), plain_words("cafe\xcc\x81S").value());
    EXPECT_EQ(plain_words("\xef\xbc\xa1\xef\xbc\xae na").value(), "an na");
    EXPECT_EQ(plain_words("an\xe2\x80\x8dna").value(), "anna");
    EXPECT_FALSE(plain_words("a\xff").ok());
}

TEST(Text, A_letter_of_a_script_without_spaces_is_a_word) {
    EXPECT_EQ(plain_words("\xe4\xb8\xad\xe6\x96\x87"
                          "abc1\xe4\xb8\xad")
                  .value(),
              "\xe4\xb8\xad \xe6\x96\x87 abc1 \xe4\xb8\xad");
}

/// By the definition: all of it folded, then cut sign by sign.
TEST(Text, Words_do_not_depend_on_how_a_text_falls_into_stretches) {
    const std::string signs[] = {"a",
                                 "Z",
                                 "9",
                                 " ",
                                 "-",
                                 "e\xcc\x81",
                                 "\xcc\x87",
                                 "\xc4\xb0",
                                 "I",
                                 "\xef\xbd\x81",
                                 "\xe2\x80\x8d",
                                 "\xe4\xb8\xad",
                                 "\xef\xac\x81"};
    std::uint32_t draw = 1;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int at = 0; at < 12; ++at) {
            draw = draw * 1664525 + 1013904223;
            text += signs[(draw >> 16) % std::size(signs)];
        }
        const std::string once = plain_words(text).value();
        EXPECT_EQ(once, plain_words(folded(text).value()).value()) << text;
        EXPECT_EQ(once, plain_words(once).value()) << text;
    }
}

}  // namespace
}  // namespace litura
