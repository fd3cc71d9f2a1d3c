#include "corpus/marks.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace litura::corpus {
namespace {

struct Case {
    std::string_view name, text, effective;
};

class Marks : public testing::TestWithParam<Case> {};

TEST_P(Marks, Cut_other_peoples_words_and_names) {
    EXPECT_EQ(effective_text(GetParam().text), GetParam().effective);
    EXPECT_EQ(effective_text(GetParam().effective), GetParam().effective) << "not idempotent";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Marks,
    testing::Values(
        Case{"plain", "I bake bread.\nEvery day.\n", "I bake bread.\nEvery day."},
        Case{"empty", "", ""},
        Case{"quote", "> you said this\nAnd I say no.", "[quote]\nAnd I say no."},
        Case{"quote_without_space", ">you said this\nNo.", "[quote]\nNo."},
        Case{"length_is_hidden", "> one\n> two\n>\n> three\nNo.", "[quote]\nNo."},
        Case{"nested", ">> first\n> second\n> > third\nNo.", "[quote]\nNo."},
        Case{"blank_lines_join", "> one\n\n> two\nNo.", "[quote]\nNo."},
        Case{"separate_quotes", "> one\nNo.\n> two\nYes.", "[quote]\nNo.\n[quote]\nYes."},
        Case{"comparison_is_no_quote", ">= 2.0 is needed", ">= 2.0 is needed"},
        Case{"deep_indentation_is_no_quote", "    > shell prompt", "    > shell prompt"},
        Case{"attribution", "Hello,\nOn Monday, Ansa Torvil wrote:\n> hi\nYes.",
             "Hello,\n[quote]\nYes."},
        Case{"attribution_in_two_lines",
             "On Monday, Ansa Torvil\n<ansa@mail.example> wrote:\n\n> hi\nYes.", "[quote]\nYes."},
        Case{"attributions_in_a_row", "Ansa wrote:\nBeno writes:\n> hi", "[quote]"},
        Case{"attribution_alone_stays", "This is what I wrote:\nhello",
             "This is what I wrote:\nhello"},
        Case{"original_message", "Yes.\n\n-----Original Message-----\nFrom: Ansa\nhi",
             "Yes.\n\n[quote]"},
        Case{"repost", "RT @ansa: bread is ready", "[quote]"},
        Case{"repost_after_own_words", "So true RT @ansa: bread\nmine", "So true [quote]\nmine"},
        Case{"word_with_rt", "START @ansa", "START @someone"},
        Case{"mention", "thanks @ansa_torvil, and @beno!", "thanks @someone, and @someone!"},
        Case{"mention_after_dot", ".@ansa is right", ".@someone is right"},
        Case{"mention_with_host", "ask @ansa@social.example.", "ask @someone."},
        Case{"mention_with_dots", "ask @ansa.social.example today", "ask @someone today"},
        Case{"mention_in_address", "https://social.example/@ansa",
             "https://social.example/@someone"},
        Case{"mention_in_quotation_marks", "\u201c@ansa\u201d", "\u201c@someone"},
        Case{"mention_in_other_script", "спасибо @анса пока", "спасибо @someone пока"},
        Case{"mention_full_width", "\uFF20ansa", "@someone"},
        Case{"e_mail", "mail me at me@mail.example", "mail me at [e-mail]"},
        Case{"telephone_after_mention", "@ansa: +49 30 1234567", "@someone: [telephone]"},
        Case{"lone_at_stays", "meet @ noon", "meet @ noon"},
        Case{"windows_lines", "> a\r\n> b\r\nyes\r\n", "[quote]\nyes"}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

TEST(Marks, Text_of_marks_alone_holds_no_own_words) {
    EXPECT_FALSE(holds_own_words(""));
    EXPECT_FALSE(holds_own_words(" \n\t"));
    EXPECT_FALSE(holds_own_words("[quote]\n@someone @someone\n[quote]"));
    EXPECT_TRUE(holds_own_words("[quote]\nno"));
}

TEST(Marks, Without_them_is_what_the_author_said) {
    EXPECT_EQ(without_marks("[quote]\nno, @someone [not a mark] a@b [e-mail]"),
              " \nno,   [not a mark] a@b  ");
    EXPECT_EQ(without_marks(""), "");
}

rc::Gen<std::string> text_of_traps() {
    const auto piece =
        rc::gen::element<std::string>("@", "a", "\n", " ", ">", "RT ", "RT", "@b", ".", "-", "\r",
                                      "=", "On ", " wrote:", "[quote]", "@someone", "\xEF\xBC\xA0",
                                      "\xC3\xA9", "-----Original Message-----", ":", "_");
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const auto& pieces) {
                            std::string text;
                            for (const std::string& each : pieces) text += each;
                            return text;
                        });
}

RC_GTEST_PROP(Marks, Marking_twice_changes_nothing, ()) {
    const std::string once = effective_text(*text_of_traps());
    RC_ASSERT(effective_text(once) == once);
}

RC_GTEST_PROP(Marks, What_a_quote_holds_leaves_no_trace, (std::uint8_t lines)) {
    std::string quote = "> x\n";
    for (int line = 0; line < lines; ++line) quote += "> " + std::to_string(line) + "\n";
    RC_ASSERT(effective_text(quote + "own words") == effective_text("> y\nown words"));
}

}  // namespace
}  // namespace litura::corpus
