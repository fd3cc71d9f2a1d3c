#include "corpus/echoes.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/test_support.hpp"

namespace litura::corpus {
namespace {

constexpr const char* kTheirs =
    "The ferry left Velmora at dawn, and nobody but the gulls had seen who was on board.";

bool found(std::string_view learned, std::string_view asked) {
    EchoScanner scanner;
    must(scanner.learn(learned));
    return !must(scanner.finds(asked)).empty();
}

TEST(Echoes, A_run_of_eight_words_is_found_and_one_of_seven_is_not) {
    EXPECT_TRUE(found(kTheirs, "He said: nobody but the gulls had seen who was there."));
    EXPECT_FALSE(found(kTheirs, "He said: nobody but the gulls had seen who were there."));
    EXPECT_TRUE(found(kTheirs, kTheirs));
    EXPECT_FALSE(found(kTheirs, "Something else altogether, of eight words and then some."));
}

TEST(Echoes, Case_width_line_breaks_punctuation_and_quoting_make_no_difference) {
    for (const char* copy :
         {"THE FERRY LEFT VELMORA AT DAWN AND NOBODY BUT THE GULLS",
          "> the ferry left\n> Velmora at dawn -- \"and nobody\"\n>> but the gulls",
          "\xef\xbc\xb4he \xef\xbd\x86"
          "erry left Velmora at d\xe2\x80\x8b"
          "awn; and: nobody but",
          "The *ferry* left _Velmora_ at dawn, and nobody saw it"})
        EXPECT_TRUE(found(kTheirs, copy)) << copy;
}

TEST(Echoes, A_short_text_is_found_where_it_stands_alone) {
    constexpr const char* kShort = "The gulls of Velmora know.";
    EXPECT_TRUE(found(kShort, "the GULLS of Velmora know!"));
    EXPECT_FALSE(found(kShort, "I am told that the gulls of Velmora know, and more than that."));
    EXPECT_FALSE(found("Only four words here.", "Only four words here."));
}

TEST(Echoes, Marks_are_nobodys_words) {
    const std::string crowd =
        "@someone @someone @someone @someone @someone @someone @someone @someone ";
    EXPECT_FALSE(found(crowd + "thank you all", crowd + "no"));
    EXPECT_FALSE(found(crowd + "thank you", crowd + "thank you")) << "two words of their own";
    EXPECT_FALSE(found("[quote]\nYes.\n[quote]\nNo.\n[quote]\nWell.",
                       "[quote]\nYes.\n[quote]\nNo.\n[quote]\nWell."));
    EXPECT_TRUE(found("I told @someone that the ferry left at dawn.",
                      "So: I told @someone that the ferry left at dawn, he said."));
}

/// What the header says of near copies: beyond seven words the run of eight finds them all.
TEST(Echoes, A_near_copy_of_eight_words_or_more_holds_a_run) {
    for (std::size_t words = 8; words <= 120; ++words) {
        const std::size_t shingles = words - EchoScanner::kShingle + 1;
        // Every eighth word is another one: the fewest changes that leave no run of eight.
        const std::size_t changed = words / EchoScanner::kRun;
        const std::size_t kept = shingles - std::min(shingles, changed * EchoScanner::kShingle);
        const double overlap = static_cast<double>(kept) / static_cast<double>(2 * shingles - kept);
        EXPECT_LT(overlap, EchoScanner::kNear) << words;
    }
}

TEST(Echoes, A_near_copy_of_a_short_text_has_the_same_shingles) {
    constexpr const char* kSeven = "The gulls of Velmora know what happened.";
    EXPECT_TRUE(found(kSeven, "THE GULLS of velmora know what happened"));
    EXPECT_FALSE(found(kSeven, "The gulls of Velmora know what."));
    EXPECT_FALSE(found("The gulls of Velmora know what.", kSeven));
    EXPECT_TRUE(found("no no no no no no no no no", "No! No! No! No! No!")) << "one shingle";
}

TEST(Echoes, Texts_too_short_to_be_found_are_not_looked_for) {
    EchoScanner scanner;
    EXPECT_FALSE(scanner.can_find());
    must(scanner.learn("Only four words here."));
    EXPECT_FALSE(scanner.can_find());
    must(scanner.learn("Now there are five words."));
    EXPECT_TRUE(scanner.can_find());
}

TEST(Echoes, Learning_more_never_finds_less) {
    EchoScanner scanner;
    must(scanner.learn(kTheirs));
    must(scanner.learn("And now for something completely different, said the clerk."));
    EXPECT_FALSE(must(scanner.finds(kTheirs)).empty());
    EXPECT_FALSE(
        must(scanner.finds("now for something completely different said the clerk")).empty());
}

TEST(Echoes, Several_people_are_told_apart) {
    EchoScanner scanner;
    must(scanner.learn(kTheirs, 4));
    must(scanner.learn("The gulls of Velmora know.", 7));
    must(scanner.learn(std::string(kTheirs) + " So I was told.", 9));
    using Whose = std::vector<EchoScanner::Whose>;
    EXPECT_EQ(must(scanner.finds("the gulls of velmora know")), Whose({7}));
    EXPECT_EQ(must(scanner.finds(kTheirs)), Whose({4, 9})) << "each once, whatever they repeat";
    EXPECT_EQ(must(scanner.finds("nobody of them said anything of the kind, ever")), Whose());
}

}  // namespace
}  // namespace litura::corpus
