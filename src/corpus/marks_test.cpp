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
        Case{"reply_that_quotes", "@ansa > their words\n\nthey did not",
             "@someone [quote]\n\nthey did not"},
        Case{"reply_that_compares", "@ansa >= 2 is needed", "@someone >= 2 is needed"},
        Case{"quoted_tweet", "\u201C@ansa: their words\u201D so true", "[quote] so true"},
        Case{"modified_tweet", "yes MT @ansa: theirs", "yes [quote]"},
        Case{"pipe", "Fine.\n\n| their words", "Fine.\n\n[quote]"},
        Case{"table_is_no_quote", "| a | b |\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"},
        Case{"board", "a [quote=\"ansa\"]their [quote]words[/quote][/quote] b", "a \n[quote]\n b"},
        Case{"boards_end_alone", "mine [/quote] mine", "mine \n mine"},
        Case{"attribution_without_quoted_lines",
             "I agree.\n\nOn Monday, March 3, 2025, 9:10 AM, Beno Alt wrote:\n\nharbour\n\nkettle",
             "I agree.\n\n[quote]"},
        Case{"attribution_in_three_lines",
             "Yes.\nOn Monday, March 3, 2025 at 9:10 AM,\nBeno Alt Long Name\n<beno@x.example> "
             "wrote:\n> a\nNo.",
             "Yes.\n[quote]\nNo."},
        Case{"attribution_broken_in_its_address",
             "Yes.\n\nOn Mon, Mar 3, 2025 at 9:10 AM Beno Alt <beno@x.example\n> "
             "wrote:\n\nharbour\n\nkettle",
             "Yes.\n\n[quote]"},
        Case{"attribution_broken_in_its_address_before_quoted_lines",
             "Am 3. M\u00E4rz 2025 um 09:10 schrieb Beno Alt\n<beno@x.example\n>:\n> a\nNo.",
             "[quote]\nNo."},
        Case{"less_than_above_a_quote", "if a < b\n> a\nNo.", "if a < b\n[quote]\nNo."},
        Case{"headers_on_one_line",
             "Fine.\n\nFrom: Otto [mailto:o@x.example] Sent: Friday, 23 March 2012 To: Vera "
             "Subject: s\n\nTheirs.",
             "Fine.\n\n[quote]"},
        Case{"two_headers_on_one_line_are_text", "From: the mill To: the bridge",
             "From: the mill To: the bridge"},
        Case{"headers",
             "Fine.\n\nFrom: Otto\nSent: Friday, 23 March 2012\nTo: Vera\nSubject: s\n\nTheirs.",
             "Fine.\n\n[quote]"},
        Case{"headers_below_a_ruler",
             "Fine.\n________________________________\nVon: Otto\nGesendet: x\nAn: Vera\nBetreff: "
             "s\nTheirs.",
             "Fine.\n[quote]"},
        Case{"one_header_is_text", "To: those who read this\nSubject: none",
             "To: those who read this\nSubject: none"},
        Case{"forwarded", "See.\n---------- Forwarded message ---------\nFrom: Otto\nTheirs",
             "See.\n[quote]"},
        Case{"apple", "See.\n\nBegin forwarded message:\n\n> theirs", "See.\n\n[quote]"},
        Case{"list_footer",
             "Mine.\n_______________________________________________\nclub mailing "
             "list\nclub@x.example",
             "Mine.\n[quote]"},
        Case{"windows_lines", "> a\r\n> b\r\nyes\r\n", "[quote]\nyes"}),
    [](const testing::TestParamInfo<Case>& each) { return std::string(each.param.name); });

/// How mail programs say in each language who wrote, above quoted lines or without them; then
/// between dashes, and in headers.
struct Language {
    std::string_view name, attribution, between, headers;
};
constexpr Language kLanguages[] = {
    {"English", "On Thu, Feb 5, 2009 at 10:00 PM Otto <o@x.example> wrote:", "Original Message",
     "From: Otto\nSent: Thursday\nTo: Vera\nSubject: s"},
    {"German", "Am Do., 5. Feb. 2009 um 22:00 Uhr schrieb Otto <o@x.example>:",
     "Urspr\u00FCngliche Nachricht", "Von: Otto\nGesendet: Donnerstag\nAn: Vera\nBetreff: s"},
    {"French", "Le jeu. 5 f\u00E9vr. 2009 \u00E0 22:00, Otto <o@x.example> a \u00E9crit\u00A0:",
     "Message d'origine", "De : Otto\nEnvoy\u00E9 : jeudi\n\u00C0 : Vera\nObjet : s"},
    {"Spanish", "El jue, 5 feb 2009 a las 22:00, Otto (<o@x.example>) escribi\u00F3:",
     "Mensaje original", "De: Otto\nEnviado el: jueves\nPara: Vera\nAsunto: s"},
    {"Portuguese", "Em qui., 5 de fev. de 2009 \u00E0s 22:00, Otto <o@x.example> escreveu:",
     "Mensagem original", "De: Otto\nEnviada em: quinta\nPara: Vera\nAssunto: s"},
    {"Italian", "Il giorno gio 5 feb 2009 alle ore 22:00 Otto <o@x.example> ha scritto:",
     "Messaggio originale", "Da: Otto\nInviato: gioved\u00EC\nA: Vera\nOggetto: s"},
    {"Dutch", "Op do 5 feb. 2009 om 22:00 schreef Otto <o@x.example>:", "Oorspronkelijk bericht",
     "Van: Otto\nVerzonden: donderdag\nAan: Vera\nOnderwerp: s"},
    {"Danish", "Den tors. 5. feb. 2009 kl. 22.00 skrev Otto <o@x.example>:",
     "Oprindelig meddelelse", "Fra: Otto\nSendt: torsdag\nTil: Vera\nEmne: s"},
    {"Norwegian", "tor. 5. feb. 2009 kl. 22:00 skrev Otto <o@x.example>:", "Opprinnelig melding",
     "Fra: Otto\nDato: torsdag\nTil: Vera\nEmne: s"},
    {"Swedish", "Den tors 5 feb. 2009 kl 22:00 skrev Otto <o@x.example>:",
     "Ursprungligt meddelande", "Fr\u00E5n: Otto\nSkickat: torsdag\nTill: Vera\n\u00C4mne: s"},
    {"Finnish",
     "to 5. helmik. 2009 klo 22.00 Otto (o@x.example) kirjoitti:", "Alkuper\u00E4inen viesti",
     "L\u00E4hett\u00E4j\u00E4: Otto\nL\u00E4hetetty: torstai\nVastaanottaja: Vera\nAihe: s"},
    {"Polish", "czw., 5 lut 2009 o 22:00 Otto <o@x.example> napisa\u0142(a):",
     "Wiadomo\u015B\u0107 oryginalna", "Od: Otto\nWys\u0142ano: czwartek\nDo: Vera\nTemat: s"},
    {"Czech", "\u010Dt 5. 2. 2009 v 22:00 odes\u00EDlatel Otto <o@x.example> napsal:",
     "P\u016Fvodn\u00ED zpr\u00E1va",
     "Od: Otto\nOdesl\u00E1no: \u010Dtvrtek\nKomu: Vera\nP\u0159edm\u011Bt: s"},
    {"Hungarian", "Otto <o@x.example> ezt \u00EDrta (id\u0151pont: 2009. febr. 5., Cs, 22:00):",
     "Eredeti \u00FCzenet",
     "Felad\u00F3: Otto\nElk\u00FCldve: cs\u00FCt\u00F6rt\u00F6k\nC\u00EDmzett: Vera\nT\u00E1rgy: "
     "s"},
    {"Romanian", "\u00CEn joi, 5 feb. 2009 la 22:00, Otto <o@x.example> a scris:", "Mesaj original",
     "De la: Otto\nTrimis: joi\nC\u0103tre: Vera\nSubiect: s"},
    {"Greek",
     "\u03A3\u03C4\u03B9\u03C2 \u03A0\u03AD\u03BC 5 \u03A6\u03B5\u03B2 2009 "
     "\u03C3\u03C4\u03B9\u03C2 10:00, Otto <o@x.example> \u03AD\u03B3\u03C1\u03B1\u03C8\u03B5:",
     "\u0391\u03C1\u03C7\u03B9\u03BA\u03CC \u03BC\u03AE\u03BD\u03C5\u03BC\u03B1",
     "\u0391\u03C0\u03CC: Otto\n\u03A3\u03C4\u03AC\u03BB\u03B8\u03B7\u03BA\u03B5: "
     "x\n\u03A0\u03C1\u03BF\u03C2: Vera\n\u0398\u03AD\u03BC\u03B1: s"},
    {"Russian",
     "\u0447\u0442, 5 \u0444\u0435\u0432\u0440. 2009 \u0433. \u0432 22:00, Otto <o@x.example>:",
     "\u0418\u0441\u0445\u043E\u0434\u043D\u043E\u0435 "
     "\u0441\u043E\u043E\u0431\u0449\u0435\u043D\u0438\u0435",
     "\u041E\u0442: Otto\n\u041E\u0442\u043F\u0440\u0430\u0432\u043B\u0435\u043D\u043E: "
     "x\n\u041A\u043E\u043C\u0443: Vera\n\u0422\u0435\u043C\u0430: s"},
    {"Ukrainian",
     "\u0447\u0442, 5 \u043B\u044E\u0442. 2009 \u0440. \u043E 22:00 Otto <o@x.example> "
     "\u043F\u0438\u0448\u0435:",
     "\u041E\u0440\u0438\u0433\u0456\u043D\u0430\u043B\u044C\u043D\u0435 "
     "\u043F\u043E\u0432\u0456\u0434\u043E\u043C\u043B\u0435\u043D\u043D\u044F",
     "\u0412\u0456\u0434: Otto\n\u041D\u0430\u0434\u0456\u0441\u043B\u0430\u043D\u043E: "
     "x\n\u041A\u043E\u043C\u0443: Vera\n\u0422\u0435\u043C\u0430: s"},
    {"Turkish", "Otto <o@x.example>, 5 \u015Eub 2009 Per, 22:00 tarihinde \u015Funu yazd\u0131:",
     "Orijinal Mesaj", "Kimden: Otto\nTarih: x\nKime: Vera\nKonu: s"},
    {"Hebrew",
     "\u202B\u05D1\u05EA\u05D0\u05E8\u05D9\u05DA 5 \u05D1\u05E4\u05D1\u05E8\u05F3 2009 "
     "\u05D1-22:00 \u05DE\u05D0\u05EA Otto <o@x.example>:\u202C",
     "\u05D4\u05D5\u05D3\u05E2\u05D4 \u05DE\u05E7\u05D5\u05E8\u05D9\u05EA",
     "\u05DE\u05D0\u05EA: Otto\n\u05E0\u05E9\u05DC\u05D7: x\n\u05D0\u05DC: "
     "Vera\n\u05E0\u05D5\u05E9\u05D0: s"},
    {"Arabic",
     "\u0641\u064A 5 \u0641\u0628\u0631\u0627\u064A\u0631 2009 22:00 \u0643\u062A\u0628 Otto "
     "<o@x.example>:",
     "\u0627\u0644\u0631\u0633\u0627\u0644\u0629 \u0627\u0644\u0623\u0635\u0644\u064A\u0629",
     "\u0645\u0646: Otto\n\u0627\u0644\u062A\u0627\u0631\u064A\u062E: x\n\u0625\u0644\u0649: "
     "Vera\n\u0627\u0644\u0645\u0648\u0636\u0648\u0639: s"},
    {"Chinese",
     "Otto <o@x.example> \u4E8E2009\u5E742\u67085\u65E5\u5468\u56DB 22:00\u5199\u9053\uFF1A",
     "\u539F\u59CB\u90AE\u4EF6",
     "\u53D1\u4EF6\u4EBA: Otto\n\u53D1\u9001\u65F6\u95F4: x\n\u6536\u4EF6\u4EBA: "
     "Vera\n\u4E3B\u9898: s"},
    {"Japanese", "2009\u5E742\u67085\u65E5(\u6728) 22:00 Otto <o@x.example>:",
     "\u5143\u306E\u30E1\u30C3\u30BB\u30FC\u30B8",
     "\u5DEE\u51FA\u4EBA: Otto\n\u9001\u4FE1\u65E5\u6642: x\n\u5B9B\u5148: Vera\n\u4EF6\u540D: s"},
    {"Korean",
     "2009\uB144 2\uC6D4 5\uC77C (\uBAA9) 22:00, Otto <o@x.example>\uB2D8\uC774 \uC791\uC131:",
     "\uC6D0\uBCF8 \uBA54\uC2DC\uC9C0",
     "\uBCF4\uB0B8 \uC0AC\uB78C: Otto\n\uBCF4\uB0B8 \uB0A0\uC9DC: x\n\uBC1B\uB294 \uC0AC\uB78C: "
     "Vera\n\uC81C\uBAA9: s"},
    {"Vietnamese",
     "V\u00E0o Th 5, 5 thg 2, 2009 v\u00E0o l\u00FAc 22:00 Otto <o@x.example> \u0111\u00E3 "
     "vi\u1EBFt:",
     "Th\u01B0 g\u1ED1c",
     "T\u1EEB: Otto\n\u0110\u00E3 g\u1EEDi: x\n\u0110\u1EBFn: Vera\nCh\u1EE7 \u0111\u1EC1: s"},
    {"Indonesian", "Pada tanggal Kam, 5 Feb 2009 pukul 22.00 Otto <o@x.example> menulis:",
     "Pesan Asli", "Dari: Otto\nDikirim: x\nKepada: Vera\nSubjek: s"},
};

/// Own words above, theirs below: [quote] is all that is left of the name and the words of another.
TEST(Marks, Quotation_is_known_in_the_languages_of_mail_programs) {
    for (const Language& language : kLanguages) {
        const std::string attribution(language.attribution), headers(language.headers);
        const std::string between = "-----" + std::string(language.between) + "-----";
        for (const std::string& below :
             {attribution + "\n> theirs\n> more", attribution + "\n\n> theirs",
              attribution + "\n\ntheirs", between + "\n\ntheirs",
              "---------- " + std::string(language.between) + " ----------\n" + headers +
                  "\n\ntheirs",
              headers + "\n\ntheirs",
              "________________________________\n" + headers + "\n\ntheirs"})
            EXPECT_EQ(effective_text("Mine.\n\n" + below), "Mine.\n\n[quote]")
                << language.name << ": " << below;
        EXPECT_EQ(effective_text(attribution + "\n> theirs\n\nMine."), "[quote]\n\nMine.")
            << language.name;
        std::string broken = attribution;
        const std::size_t address = broken.find("example>:");
        const std::size_t end = address == broken.npos ? broken.find("example> ") : address;
        if (end == broken.npos) continue;
        broken.insert(end + std::string_view("example").size(), "\n");
        EXPECT_EQ(effective_text("Mine.\n\n" + broken + "\n\ntheirs"), "Mine.\n\n[quote]")
            << language.name << ": " << broken;
    }
}

/// Lines that look a little like it and are one's own.
TEST(Marks, Own_words_that_resemble_a_quotation_stay) {
    for (const char* text :
         {"He wrote:\nnothing at all", "I said: no.\nAnd again: no.",
          "From: my heart\nand nothing else", "To be clear: yes.\nDate: tomorrow",
          "--- a title ---\nwords", "In 2019 we met.\nThen: nothing.", "__________\nname",
          "Dear Vera,\n\nsee the list below:\n\n- one\n- two", "a | b", "|x| is positive"})
        EXPECT_EQ(effective_text(text), text);
}

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

TEST(Marks, Own_words_are_the_pieces_between_them) {
    using Pieces = std::vector<std::string_view>;
    EXPECT_EQ(own_words("[quote]\nMy word, @someone [sic], is a@b.\n[quote]"),
              (Pieces{"\nMy word, ", " [sic], is a@b.\n"}));
    EXPECT_EQ(own_words("all of it"), Pieces{"all of it"});
    EXPECT_EQ(own_words("@someone[quote]"), Pieces{});
    EXPECT_EQ(own_words(""), Pieces{});
}

rc::Gen<std::string> text_of_traps() {
    const auto piece = rc::gen::element<std::string>(
        "@", "a", "\n", " ", ">", "RT ", "RT", "@b", ".", "-", "\r", "=", "On ",
        " wrote:", "[quote]", "@someone", "\xEF\xBC\xA0", "\xC3\xA9", "-----Original Message-----",
        ":", "_", "On 5 Feb 2009, X wrote:", "From: A\nSent: 2009\nTo: B\n", "| ", "[quote=a]",
        "[/quote]", "____________\n", "<b@c.de\n> wrote:", "mailing list", "\u201C", "MT ");
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
