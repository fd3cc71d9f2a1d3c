#include "corpus/importers/html_text.hpp"

#include <gtest/gtest.h>

#include "corpus/importers/csv.hpp"
#include "corpus/importers/mail.hpp"
#include "corpus/importers/mentions.hpp"
#include "corpus/importers/moments.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

TEST(HtmlText, Paragraphs_breaks_and_entities) {
    EXPECT_EQ(html_text("<p>a&amp;b<br/>c</p><p>d\n  e</p>"), "a&b\nc\n\nd e");
    EXPECT_EQ(html_text("x &#233; &#x1F620; &lt;p&gt; &nope; &"), "x é 😠 <p> &nope; &");
    EXPECT_EQ(html_text("1 < 2 <b and more"), "1 < 2 <b and more");
    EXPECT_EQ(html_text(R"(<a href="x>y">z</a><script>no</script>)"), "z");
    EXPECT_EQ(html_text(""), "");
}

TEST(HtmlText, Other_peoples_words_and_names_become_marks) {
    EXPECT_EQ(html_text("mine<blockquote>theirs<blockquote>x</blockquote>y</blockquote>mine"),
              "mine\n[quote]\nmine");
    EXPECT_EQ(
        html_text(
            R"(<a class="u-url mention">@<span>v</span></a> <a class="mention hashtag">#t</a>)"),
        "@someone #t");
    EXPECT_EQ(html_text(R"(<p class="quote-inline">RE: x</p><p>mine</p>)"), "mine");
}

TEST(Mentions, Whole_names_become_the_mark) {
    Mentions mentions;
    mentions.add("Beno");
    mentions.add("Beno Kar", "id7");
    mentions.add("Al");
    EXPECT_EQ(mentions.marked("Beno Kar, Beno, Benoit, xBeno, Al."),
              "@someone, @someone, Benoit, xBeno, Al.");
    EXPECT_EQ(mentions.list(), Json({"Beno", "id7", "Al"}));
}

TEST(Moments, Every_form_that_platforms_write) {
    for (const char* text : {"2018-10-10T20:19:24Z", "2018-10-10 20:19:24 UTC",
                             "2018-10-10T20:19:24", "2018-10-10 22:19:24 +0200",
                             "Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T22:19:24+02:00"}) {
        const auto moment = parse_moment(text);
        ASSERT_TRUE(moment.ok()) << text;
        EXPECT_EQ(to_text(moment.value()), "2018-10-10T20:19:24Z") << text;
    }
    EXPECT_EQ(to_text(parse_moment("2018-10-10T20:19Z").value()), "2018-10-10T20:19:00Z");
    EXPECT_EQ(to_text(parse_moment("2018-10-10 20:19").value()), "2018-10-10T20:19:00Z");
    for (const char* text : {"", "yesterday", "2018-10-10", "2018-13-10T20:19:24Z",
                             "Wed Foo 10 20:19:24 +0000 2018", "-----------------------"}) {
        EXPECT_FALSE(parse_moment(text).ok()) << text;
    }
}

TEST(Csv, Quotes_hold_commas_quotes_and_line_ends) {
    CsvReader rows(
        pieces_of("\xEF\xBB\xBF"
                  "a,b\r\n\n\"x,\"\"y\nz\",\n,\"\"\nopen,\"end",
                  2));
    using Fields = std::vector<std::string>;
    EXPECT_EQ(rows.next().value()->fields, (Fields{"a", "b"}));
    EXPECT_EQ(rows.next().value()->fields, (Fields{"x,\"y\nz", ""}));
    EXPECT_EQ(rows.next().value()->fields, (Fields{"", ""}));
    EXPECT_FALSE(rows.next().value()->whole) << "a quote that never ends";
    EXPECT_FALSE(rows.next().value().has_value());
}

TEST(Mail, Other_character_sets_become_utf8) {
    EXPECT_EQ(utf8_from("caf\xE9", "iso-8859-1"), "café");
    EXPECT_EQ(utf8_from("\x80", "windows-1252"), "€");
    EXPECT_EQ(utf8_from("caf\xC3\xA9", "no-such-set"), "café");
    EXPECT_EQ(utf8_from("caf\xC3\xA9 a\xFF"
                        "b",
                        "utf-8"),
              "café a\uFFFDb");
}

TEST(Mail, A_part_whose_end_is_missing_is_read_and_an_attachment_is_not) {
    const Mail mail = parse_mail(
        "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Disposition: attachment\n\nno\n"
        "--x\n\nyes\nand yes");
    EXPECT_EQ(mail.text, "yes\nand yes");
    EXPECT_EQ(parse_mail("").text, "");
    EXPECT_EQ(parse_mail("From: x\n\n<hi>").text, "<hi>");
}

}  // namespace
}  // namespace litura::corpus
