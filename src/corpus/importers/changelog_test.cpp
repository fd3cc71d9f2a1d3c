#include "corpus/importers/changelog.hpp"

#include <gtest/gtest.h>

#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

std::string entry(const std::string& version, const std::string& body,
                  const std::string& who = "Ansa Torvil <a@x.example>",
                  const std::string& date = "Mon, 02 Jan 2006 15:04:05 +0100") {
    return "pack (" + version + ") unstable; urgency=low\n\n" + body + "\n -- " + who + "  " +
           date + "\n\n";
}

/// What the lines of a file yield: records as "author|id|text", the others as their reason.
std::vector<std::string> outcomes(std::string_view file) {
    ChangelogParser parser;
    std::vector<std::string> out;
    const auto note = [&out](const std::optional<ChangelogParser::Outcome>& outcome) {
        if (!outcome.has_value()) return;
        const auto* record = std::get_if<IncomingRecord>(&*outcome);
        out.push_back(record == nullptr ? std::string(std::get<std::string_view>(*outcome))
                                        : record->author.reveal() + "|" + record->id.reveal() +
                                              "|" + record->text.reveal());
    };
    while (!file.empty()) {
        const std::size_t end = file.find('\n');
        note(parser.take(file.substr(0, end)));
        file.remove_prefix(end == file.npos ? file.size() : end + 1);
    }
    note(parser.finish());
    return out;
}

using Strings = std::vector<std::string>;

TEST(Changelog, An_entry_becomes_a_record_of_the_person_who_signed_it) {
    EXPECT_EQ(
        outcomes(entry("1:2.0-1", "  * Fix it. (Closes: #123)\n    - and more\n") +
                 entry("1.9", "  * First.\n")),
        (Strings{"Ansa Torvil <a@x.example>|pack_1:2.0-1|* Fix it. (Closes: #123)\n  - and more",
                 "Ansa Torvil <a@x.example>|pack_1.9|* First."}));
}

TEST(Changelog, Sections_of_other_people_become_the_mark_and_the_signers_own_stay) {
    EXPECT_EQ(
        outcomes(entry("2",
                       "  [ Beno Calder ]\n  * His.\n  * Words.\n\n  [ Ansa Torvil ]\n  * Mine.\n\n"
                       "  [ Corta Esk ]\n  * Hers.\n")),
        (Strings{"Ansa Torvil <a@x.example>|pack_2|[quote]\n[ Ansa Torvil ]\n* Mine.\n\n[quote]"}));
    EXPECT_EQ(outcomes(entry("2", "  * Before.\n  [ Beno Calder ]\n  * His.\n")),
              (Strings{"Ansa Torvil <a@x.example>|pack_2|* Before.\n[quote]"}));
}

TEST(Changelog, Oddities_have_reasons_and_do_not_stop_the_file) {
    const std::string good = entry("1", "  * ok\n");
    const std::string record = "Ansa Torvil <a@x.example>|pack_1|* ok";
    EXPECT_EQ(outcomes("Old log:\n  long ago\n\n" + good), (Strings{"not_an_entry", record}));
    EXPECT_EQ(outcomes("pack (2) unstable; urgency=low\n\n  * unfinished\n\n" + good),
              (Strings{"no_trailer", record}));
    EXPECT_EQ(outcomes(good + "pack (0) unstable; urgency=low\n  * cut"),
              (Strings{record, "no_trailer"}));
    EXPECT_EQ(outcomes("pack (2) unstable; urgency=low\n\n  * x\n\n --\n" + good),
              (Strings{"bad_trailer", record}));
    EXPECT_EQ(outcomes(entry("2", "  * x\n", "Ansa Torvil") + good),
              (Strings{"bad_trailer", record}));
    EXPECT_EQ(outcomes(entry("2", "  * x\n", "A <a@x.example>", "some day") + good),
              (Strings{"bad_time", record}));
    EXPECT_EQ(outcomes(entry("2", "  * caf\xE9\n") + good), (Strings{"not_utf8", record}));
    EXPECT_EQ(outcomes(entry("2", "  " + std::string(2 << 20, 'x') + "\n") + good),
              (Strings{"too_long", record}));
}

TEST(Changelog, Dates_of_mail_are_read_with_their_zone) {
    EXPECT_EQ(to_text(parse_mail_date("Mon, 02 Jan 2006 15:04:05 +0100").value()),
              "2006-01-02T14:04:05Z");
    EXPECT_EQ(to_text(parse_mail_date("  Mon,  2 Jan 2006 5:04:05 -0330").value()),
              "2006-01-02T08:34:05Z");
    EXPECT_EQ(to_text(parse_mail_date("2 Jan 2006 15:04 GMT").value()), "2006-01-02T15:04:00Z");
    for (const char* bad :
         {"", "Mon", "Mon, 31 Feb 2006 15:04:05 +0000", "2 Jan 06 15:04:05 +0000",
          "2 Foo 2006 15:04:05 Z", "-2 Jan 2006 15:04:05 +0000", "2 Jan -006 15:04:05 +0000",
          "2 Jan 2006 :::: +0000", "2 Jan 2006 15:04:05 +01000", "2 Jan 2006 15:04:05"}) {
        EXPECT_FALSE(parse_mail_date(bad).ok()) << bad;
    }
}

struct Read {
    ImportCounts counts;
    Strings ids;
};

Read import(const Path& folder, const ChangelogLimits& limits) {
    Strings ids;
    const auto one_a_line = [](std::string_view text) {
        return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    };
    const auto counts = import_debian_changelogs(folder, limits, one_a_line,
                                                 [&ids](IncomingRecord record) -> Result<Added> {
                                                     ids.push_back(record.id.reveal());
                                                     return Added{};
                                                 });
    EXPECT_TRUE(counts.ok());
    return {counts.value(), ids};
}

TEST(ImportChangelogs, Packages_come_in_name_order_and_a_shared_entry_counts_once) {
    const TestFolder folder;
    folder.write("zeta/changelog.Debian.gz", gzip(entry("3", "  * c\n") + entry("1", "  * a\n")));
    folder.write("alpha/changelog.Debian.gz", gzip(entry("2", "  * b\n") + entry("1", "  * a\n")));
    folder.write("beta/changelog.gz", gzip(entry("9", "  * upstream\n")));
    const Read read = import(folder.path(), {});
    EXPECT_EQ(read.ids, (Strings{"pack_2", "pack_1", "pack_3"}));
    EXPECT_EQ(read.counts.in, 4U);
    EXPECT_EQ(read.counts.imported, 3U);
    EXPECT_EQ(read.counts.unchanged, 1U);
}

TEST(ImportChangelogs, No_account_dominates_and_the_total_ends_the_reading) {
    const TestFolder folder;
    const std::string beno = "Beno Calder <b@x.example>";
    folder.write("a/changelog.Debian.gz",
                 gzip(entry("5", "  * 1\n  * 2\n") + entry("4", "  * 1\n  * 2\n") +
                      entry("3", "  * 1\n", beno) + entry("2", "  * 1\n", beno) +
                      entry("1", "  * 1\n", beno)));
    const Read read = import(folder.path(), {.tokens_per_account = 3, .tokens = 4});
    EXPECT_EQ(read.ids, (Strings{"pack_5", "pack_3", "pack_2"}));
    EXPECT_EQ(read.counts.rejected.at("account_limit"), 1U);
    EXPECT_EQ(read.counts.in, 4U) << "what comes after the limit is not read";
}

TEST(ImportChangelogs, A_broken_file_is_named_by_its_package) {
    const TestFolder folder;
    folder.write("a/changelog.Debian.gz", gzip(entry("1", "  * a\n")).substr(0, 30));
    const auto counts = import_debian_changelogs(
        folder.path(), {}, [](std::string_view) { return std::uint64_t{1}; },
        [](IncomingRecord) -> Result<Added> { return Added{}; });
    ASSERT_FALSE(counts.ok());
    EXPECT_EQ(counts.error().where, "a: line 1");
}

TEST(ImportChangelogs, This_machines_own_changelogs_are_read) {
    if (!std::filesystem::exists("/usr/share/doc/base-files/changelog.Debian.gz") &&
        !std::filesystem::exists("/usr/share/doc/bash/changelog.Debian.gz")) {
        GTEST_SKIP() << "no changelogs under /usr/share/doc";
    }
    const Read read = import("/usr/share/doc", {.tokens_per_account = 1000, .tokens = 10'000});
    EXPECT_GT(read.counts.imported, 0U);
    std::uint64_t refused = 0;
    for (const auto& [reason, times] : read.counts.rejected)
        refused += reason == "account_limit" ? 0 : times;
    EXPECT_LT(refused * 20, read.counts.in)
        << "more than a twentieth of the entries is not understood";
}

}  // namespace
}  // namespace litura::corpus
