#include "corpus/search.hpp"

#include <gtest/gtest.h>

#include "base/test_support.hpp"

namespace litura::corpus {
namespace {

bool finds_in(Search::For what, const std::string& needle, const Json& record) {
    return must(must(Search::create(what, PersonalText(needle))).finds(record));
}
bool finds(Search::For what, const std::string& needle, const std::string& text) {
    return finds_in(what, needle, Json{{"text", text}});
}

TEST(Search, Words_are_found_in_any_case_width_and_punctuation) {
    EXPECT_TRUE(finds(Search::For::words, "dawn, and", "left AT\nDAWN -- and"));
    EXPECT_TRUE(finds(Search::For::words,
                      "\xef\xbc\xa4"
                      "awn",
                      "at dawn"));
    EXPECT_TRUE(finds(Search::For::words,
                      "stra\xc3\x9f"
                      "e",
                      "HAUPTSTRASSE"));
    EXPECT_TRUE(finds(Search::For::words, "ILGIN", "sel\xc3\xa2m \xc4\xb1lg\xc4\xb1n"));
    EXPECT_FALSE(finds(Search::For::words, "dawn and", "dawn or and"));
    EXPECT_TRUE(finds(Search::For::words, "quoted", "> a quoted line\nand an answer"));
}

TEST(Search, A_name_is_whole_words) {
    EXPECT_TRUE(finds(Search::For::name, "Mara Kind", "said mara-kind, and"));
    EXPECT_TRUE(finds(Search::For::name, "Mara", "tamara and Mara"));
    EXPECT_FALSE(finds(Search::For::name, "Mara", "Tamara, Maras"));
}

TEST(Search, A_handle_is_found_in_the_text_and_among_the_mentions) {
    for (const char* handle : {"beno.kar@h.example", "@Beno.Kar@H.example"}) {
        EXPECT_TRUE(finds(Search::For::handle, handle, "so true @beno.kar@h.example!"));
        EXPECT_TRUE(
            finds_in(Search::For::handle, handle,
                     Json{{"text", "so true"}, {"mentions", {"ana", "@BENO.kar@h.example"}}}));
        EXPECT_FALSE(finds(Search::For::handle, handle, "@beno.kar@h.example2, @beno"));
    }
    EXPECT_FALSE(finds(Search::For::handle, "beno", "beno without a sign"));
    EXPECT_FALSE(finds_in(Search::For::handle, "beno", Json{{"text", ""}, {"mentions", "beno"}}));
}

TEST(Search, There_must_be_something_to_look_for) {
    for (const char* nothing : {"", " ?! ", "\xe2\x80\x8d"})
        EXPECT_FALSE(Search::create(Search::For::words, PersonalText(nothing)).ok());
    EXPECT_FALSE(Search::create(Search::For::name, PersonalText("\xff")).ok());
}

}  // namespace
}  // namespace litura::corpus
