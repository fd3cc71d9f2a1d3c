// Mail as programs of decades wrote it: where one begins, in which signs, when, and by whom.
#include "corpus/importers/mail.hpp"

#include "corpus/importers/format_test_files.hpp"

namespace litura::corpus {
namespace {

const std::string kHeaders = "From: v@x.example\nDate: Thu, 05 Feb 2009 22:34:43 +0000\n";

std::string mail(const std::string& body, const std::string& headers = "") {
    return kHeaders + headers + "\n" + body;
}
Strings texts_of(const std::string& box) { return texts(import_all("mbox", {{"a.mbox", box}})); }

TEST(Mbox, A_mail_begins_where_headers_follow_with_or_without_an_empty_line) {
    EXPECT_EQ(texts_of("From - Thu Feb 05 22:34:43 2009\n" + mail("one.\n") +
                       "From o@x.example Thu Feb  5 23:00:00 2009\n" + mail("two.\n")),
              (Strings{"one.", "two."}));
    EXPECT_EQ(texts_of("From \n" + mail("one.\n") + "From \n" + mail("two.\n")),
              (Strings{"one.", "two."}));
    EXPECT_EQ(texts_of("From \r\n" + mail("one.\r\n") + "\r\nFrom x\r\nReceived: by y\r\n" +
                       mail("two.\r\n")),
              (Strings{"one.", "two."}));
}

TEST(Mbox, A_line_that_begins_so_and_no_headers_after_it_is_text) {
    EXPECT_EQ(
        texts_of("From x\n" +
                 mail("Update.\n\nFrom my end there are questions;\n\n* the mill\n\nBye\n\n") +
                 "From x\n" + mail("ok\n")),
        (Strings{"Update.\n\nFrom my end there are questions;\n\n* the mill\n\nBye", "ok"}));
    EXPECT_EQ(texts_of("From x\n" + mail("a\n\nFrom now on\nNote: mind this\n")),
              (Strings{"a\n\nFrom now on\nNote: mind this"}));
    EXPECT_EQ(texts_of("From x\n" + mail("a\n\nFrom here")), (Strings{"a\n\nFrom here"}))
        << "at the end";
    EXPECT_EQ(texts_of("From x\n" + mail("From here\n>From there\n")),
              (Strings{"From here\nFrom there"}));
}

TEST(Mail, What_stands_behind_the_padding_is_a_lists) {
    const auto text = [](const std::string& body) {
        return parse_mail(mail(body, "Content-Transfer-Encoding: base64\n")).text;
    };
    EXPECT_EQ(text("SSBsaWtlIHRoZSBtaWxsLgo=\n_____\nclub mailing list\n"), "I like the mill.");
    EXPECT_EQ(text("SSBsaWtlIHRoZSBtaWxs\n\n-- \nclub list\n"), "I like the mill");
    EXPECT_EQ(text("SSBsaWtl\r\nIHRoZSBtaWxs\r\n"), "I like the mill");
}

TEST(Mail, Sets_are_what_programs_meant_by_their_names) {
    const auto read = [](std::string_view bytes, std::string_view charset) {
        return utf8_from(bytes, charset);
    };
    for (const char* name : {"us-ascii", "iso-8859-1", "latin1", "windows-1252", "unknown-8bit",
                             "x-unknown", "default"})
        EXPECT_EQ(read("caf\xE9 \x93q\x94", name), "caf\u00E9 \u201Cq\u201D") << name;
    for (const char* name :
         {"", "utf8", "utf-8", "us-ascii", "unknown-8bit", "3dutf-8", "iso-8859-1"})
        EXPECT_EQ(read("caf\xC3\xA9", name), "caf\u00E9") << name;
    EXPECT_EQ(read("\xF9\xEC\xE5\xED", "iso-8859-8-i"), "\u05E9\u05DC\u05D5\u05DD");
    EXPECT_EQ(read("caf\x82", "cp-850"), "caf\u00E9");
    EXPECT_EQ(read("\xC4\xE3\xBA\xC3\xE9\x46", "gb2312"), "\u4F60\u597D\u9555")
        << "GBK under its elder's name";
    EXPECT_EQ(read("\xBE\xC8\xB3\xE7", "ks_c_5601-1987"), "\uC548\uB155");
    EXPECT_EQ(read("\x82\xA0", "x-sjis"), "\u3042");
    EXPECT_EQ(read("caf+AOk-", "utf-7"), "caf\u00E9");
    EXPECT_EQ(read("\x1B$B$\"\x1B(B", "iso-2022-jp"), "\u3042");
    EXPECT_EQ(read("caf\xE9", "utf-8"), "caf\u00E9") << "no UTF-8 at all";
    EXPECT_EQ(read("\xC3\xA9 and \xC3", "utf-8"), "\u00E9 and \uFFFD") << "cut off";
}

TEST(Mail, Dates_of_decades_are_read) {
    const auto read = [](std::string_view text) {
        const auto at = mail_date(text);
        return at ? to_text(*at) : "none";
    };
    for (const char* text :
         {"Thu, 05 Feb 2009 22:34:43 +0000", "5 Feb 2009 22:34:43 GMT", "Thu, 5 Feb 09 22:34:43 UT",
          "Thu Feb  5 22:34:43 2009", "Thu, 05 Feb 2009 17:34:43 EST",
          "Thu, 05 Feb 2009 23:34:43 +0100 (CET)", "Thu, 05 Feb 2009 22:34:43",
          "Thursday, 05-Feb-09 22:34:43 GMT", "05 February 2009, 22:34:43 Z",
          "Thu, 05 Feb 2009 22:34:43 -0000", "Thu, 5 Feb 2009 22.34.43 +0000",
          "Thu Feb  5 22:34:43 GMT 2009", "Thu, 05 FEB 2009 22:34:43-0000",
          "Thu, 05 Feb 109 22:34:43 +0000", "Fri, 06 Feb 2009 00:34:43 GMT+2",
          "Thu, 05 Feb 2009 22:34:43 nowhere"})
        EXPECT_EQ(read(text), "2009-02-05T22:34:43Z") << text;
    EXPECT_EQ(read("Thu, 05 Feb 98 22:34 PST"), "1998-02-06T06:34:00Z");
    for (const char* text :
         {"", "yesterday", "30 Feb 2009 22:34:43 +0000", "5 Feb 22:34:43", "2009"})
        EXPECT_EQ(read(text), "none") << text;
}

TEST(Mail, A_postmarks_date_stands_in_for_one_that_cannot_be_read) {
    const Imported imported = import_all(
        "mbox",
        {{"a.mbox",
          "From v@x.example Thu Feb  5 22:34:43 2009\nFrom: v@x.example\nDate: soon\n\nwords\n"}});
    ASSERT_EQ(imported.posts.size(), 1U);
    EXPECT_EQ(imported.posts[0].created_at, "2009-02-05T22:34:43Z");
}

TEST(Mail, Whoever_a_list_wrote_over_is_the_author) {
    const auto author = [](const MailHeaders& headers) { return mail_author(headers).address; };
    EXPECT_EQ(author({{"from", "\"Ansa @ home\" <Ansa@x.example>"}}), "ansa@x.example");
    EXPECT_EQ(
        author({{"from", "Vera via Club <club@lists.example>"}, {"reply-to", "vera@x.example"}}),
        "vera@x.example");
    EXPECT_EQ(author({{"from", "Vera via Club <club@lists.example>"},
                      {"reply-to", "club@lists.example"},
                      {"list-post", "<mailto:club@lists.example>"}}),
              "");
    EXPECT_EQ(author({{"from", "vera=40x.example@dmarc.lists.example"}}), "vera@x.example");
    EXPECT_EQ(author({{"from", "vera at x.example (Vera)"}}), "vera@x.example");
    EXPECT_EQ(author({{"from", "Vera <vera@x.example>, Otto <otto@x.example>"}}), "")
        << "two authors";
    EXPECT_EQ(author({{"from", "Vera <ver...@x.example>"}}), "") << "obscured";
    EXPECT_EQ(author({{"from", "Vera <notifications@hub.example>"}}), "") << "a program's";
    EXPECT_EQ(author({}), "");
}

TEST(Mail, Parameters_may_hold_semicolons_and_be_many) {
    EXPECT_EQ(parse_mail(mail("--a;b\nContent-Type: text/plain\n\nyes\n--a;b--\n",
                              "Content-Type: multipart/mixed; x=\"1;2\"; boundary=\"a;b\"\n"))
                  .text,
              "yes");
    EXPECT_EQ(parse_mail(mail("no\n", "Content-Type: multipart/mixed" +
                                          std::string(4'000'000, ';') + "=x\n"))
                  .text,
              "");
}

}  // namespace
}  // namespace litura::corpus
