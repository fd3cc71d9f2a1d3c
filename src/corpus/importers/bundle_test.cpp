#include "corpus/importers/bundle.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

struct Entry {
    std::string name, content;
    std::string link;
    mode_t type = AE_IFREG;
};

/// An archive of these entries, written by libarchive.
std::string packed(const std::vector<Entry>& entries, bool zip) {
    std::string out(16 << 20, '\0');
    std::size_t used = 0;
    struct archive* archive = archive_write_new();
    zip ? archive_write_set_format_zip(archive) : archive_write_set_format_pax_restricted(archive);
    archive_write_open_memory(archive, out.data(), out.size(), &used);
    for (const Entry& entry : entries) {
        struct archive_entry* header = archive_entry_new();
        archive_entry_set_pathname(header, entry.name.c_str());
        archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
        archive_entry_set_filetype(header, entry.type);
        if (entry.type == AE_IFLNK) archive_entry_set_symlink(header, entry.link.c_str());
        if (entry.type == AE_IFREG && !entry.link.empty())
            archive_entry_set_hardlink(header, entry.link.c_str());
        archive_entry_set_perm(header, 0600);
        archive_write_header(archive, header);
        archive_write_data(archive, entry.content.data(), entry.content.size());
        archive_entry_free(header);
    }
    archive_write_close(archive);
    archive_write_free(archive);
    out.resize(used);
    return out;
}

Result<std::map<std::string, std::string>> files_in(const Path& path, ArchiveLimits limits = {}) {
    std::map<std::string, std::string> files;
    const Bundle bundle = TRY(Bundle::open(path, limits));
    TRY(bundle.each([&](Member& member) -> Result<void> {
        Bytes buffer(1000);
        std::string& content = files[member.name];
        while (const std::size_t count = TRY(member.bytes(buffer))) {
            content.append(text_of(ByteView(buffer).first(count)));
        }
        return done();
    }));
    return files;
}

const std::vector<Entry> kTwo = {{"a/one.json", "1", ""}, {"two.js", std::string(5000, '2'), ""}};

/// Why the reading ended, or nothing.
std::string refusal(const Path& path, ArchiveLimits limits = {}) {
    const auto files = files_in(path, limits);
    if (files.ok()) return "";
    EXPECT_EQ(files.error().code, Code::bad_input);
    return files.error().message;
}

std::string with(std::string bytes, std::size_t at, std::string_view other) {
    return bytes.replace(at, other.size(), other);
}

TEST(Bundle, A_folder_a_zip_a_tar_and_a_packed_tar_are_the_same_files) {
    const TestFolder folder;
    std::map<std::string, std::string> expected;
    for (const Entry& entry : kTwo) {
        folder.write("unpacked/" + entry.name, entry.content);
        expected[entry.name] = entry.content;
    }
    EXPECT_EQ(files_in(folder.path() / "unpacked").value(), expected);
    EXPECT_EQ(files_in(folder.write("x", packed(kTwo, true))).value(), expected);
    EXPECT_EQ(files_in(folder.write("x", packed(kTwo, false))).value(), expected);
    EXPECT_EQ(files_in(folder.write("x", gzip(packed(kTwo, false)))).value(), expected);
}

TEST(Bundle, A_file_is_itself_unpacked_if_need_be) {
    const TestFolder folder;
    EXPECT_EQ(files_in(folder.write("f", "plain")).value().at("f"), "plain");
    EXPECT_EQ(files_in(folder.write("f", gzip("packed"))).value().at("f"), "packed");
    EXPECT_EQ(files_in(folder.write("f", "")).value().at("f"), "");
}

TEST(Bundle, Names_that_leave_the_folder_and_links_end_the_reading) {
    const TestFolder folder;
    for (const char* name : {"../x", "a/../../x", "/etc/x", "a\\..\\x"}) {
        EXPECT_FALSE(files_in(folder.write("x", packed({{name, "1", ""}}, false))).ok()) << name;
    }
    for (const Entry& entry : {Entry{"a", "", "/etc/passwd", AE_IFLNK}, Entry{"b", "", "a"},
                               Entry{"c", "", "", AE_IFIFO}, Entry{"d", "", "", AE_IFCHR}}) {
        EXPECT_EQ(refusal(folder.write("x", packed({{"a", "1", ""}, entry}, false))),
                  "the archive has a link or a device; exports have files only")
            << entry.name;
    }
    EXPECT_NE(refusal(folder.write("x", packed({{"a", "", "/etc/passwd", AE_IFLNK}}, true))), "");
    folder.write("real/file", "1");
    std::filesystem::create_symlink("/etc/passwd", folder.path() / "real/link");
    EXPECT_EQ(files_in(folder.path() / "real").value().size(), 1U) << "links are left out";
}

TEST(Bundle, Too_many_entries_and_bombs_end_the_reading) {
    const TestFolder folder;
    ArchiveLimits limits;
    limits.entries = 1;
    EXPECT_FALSE(files_in(folder.write("x", packed(kTwo, true)), limits).ok());
    const std::string bomb = packed({{"a", std::string(32 << 20, '0'), ""}}, true);
    ASSERT_LT(bomb.size() * 1000, std::size_t{32} << 20);
    EXPECT_FALSE(files_in(folder.write("x", bomb)).ok());
}

TEST(Bundle, A_zips_list_of_its_files_is_not_held_whatever_its_length) {
    const TestFolder folder;
    std::vector<Entry> entries;
    for (int number = 0; number < 5000; ++number)
        entries.push_back({"file-" + std::to_string(number), "", ""});
    const Path zip = folder.write("x", packed(entries, true));
    EXPECT_EQ(refusal(zip), "");
    ArchiveLimits limits;
    limits.directory = 200'000;
    EXPECT_EQ(refusal(zip, limits), "the zip's list of its files is too long");
}

TEST(Bundle, Names_too_deep_or_too_long_end_the_reading) {
    const TestFolder folder;
    std::string deep = "f";
    for (int level = 0; level < 31; ++level) deep.insert(0, "d/");
    EXPECT_EQ(refusal(folder.write("x", packed({{deep, "1", ""}}, false))), "");
    EXPECT_NE(refusal(folder.write("x", packed({{"d/" + deep, "1", ""}}, false))), "");
    EXPECT_EQ(refusal(folder.write("x", packed({{std::string(1024, 'n'), "1", ""}}, false))), "");
    EXPECT_NE(refusal(folder.write("x", packed({{std::string(1025, 'n'), "1", ""}}, false))), "");
}

TEST(Bundle, A_bomb_in_a_packed_file_of_an_archive_counts_against_the_archive) {
    const TestFolder folder;
    // Each of the two steps stays within its ratio; together they do not.
    const std::string tar = packed({{"a", gzip(std::string(40 << 20, '0')), ""}}, false);
    ArchiveLimits limits;
    limits.unpack.ratio = 1100;
    EXPECT_EQ(refusal(folder.write("x", tar), limits), "");
    EXPECT_NE(refusal(folder.write("x", gzip(tar)), limits), "");
}

TEST(Bundle, Headers_that_lie_end_the_reading) {
    const TestFolder folder;
    const std::string content = "some words that deflate does not shorten: qzj xkv wpf";
    const std::string zip = packed({{"f", content, ""}}, true);
    const std::size_t central = zip.find("PK\x01\x02");
    ASSERT_NE(central, zip.npos);
    for (const std::string_view size :
         {std::string_view("\x05\0\0\0", 4), std::string_view("\xFF\xFF\xFF\x7F", 4)}) {
        EXPECT_NE(refusal(folder.write("x", with(zip, central + 20, size))), "") << "packed";
        // The unpacked size stands in two places; where they differ, the data decides.
        const auto read = files_in(folder.write("x", with(zip, central + 24, size)));
        EXPECT_TRUE(!read.ok() || read.value().at("f") == content);
    }
    EXPECT_NE(refusal(folder.write("x", with(zip, central + 16, "abcd"))), "") << "the checksum";
    EXPECT_NE(refusal(folder.write("x", with(zip, central + 42, "\xF0\xFF\xFF"))), "")
        << "the place";
    const std::string tar = packed({{"f", content, ""}}, false);
    EXPECT_NE(refusal(folder.write("x", with(tar, 0, "g"))), "") << "the header's checksum";
    EXPECT_NE(refusal(folder.write("x", tar.substr(0, 520))), "") << "shorter than its header says";
}

TEST(Bundle, An_archive_that_is_cut_off_is_an_error) {
    const TestFolder folder;
    const std::string tar = gzip(packed(kTwo, false));
    EXPECT_FALSE(files_in(folder.write("x", tar.substr(0, tar.size() - 9))).ok());
    const std::string zip = packed(kTwo, true);
    EXPECT_FALSE(files_in(folder.write("x", zip.substr(0, zip.size() / 2))).ok());
}

std::string zstd(const std::string& plain, int window_log) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    std::string out(ZSTD_compressBound(plain.size()), '\0');
    ZSTD_inBuffer in{plain.data(), plain.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);  // so that the size is not known
    while (ZSTD_compressStream2(context, &to, &in, ZSTD_e_end) != 0) {
    }
    ZSTD_freeCCtx(context);
    out.resize(to.pos);
    return out;
}

TEST(Bundle, Zstandard_is_unpacked_within_the_window_that_the_format_allows) {
    const TestFolder folder;
    std::string text;
    for (int line = 0; line < 9000; ++line) text += "line " + std::to_string(line * 7919) + "\n";
    EXPECT_EQ(files_in(folder.write("f", zstd(text, 20) + zstd("end", 20))).value().at("f"),
              text + "end");
    const Path wide = folder.write("f", zstd(text, 28));
    EXPECT_FALSE(files_in(wide).ok());
    ArchiveLimits limits;
    limits.unpack.zstd_window_log = 31;
    EXPECT_EQ(files_in(wide, limits).value().at("f"), text);
    const std::string cut = zstd(text, 20);
    EXPECT_FALSE(files_in(folder.write("f", cut.substr(0, cut.size() - 4))).ok());
}

TEST(Bundle, What_is_not_there_is_the_environments_fault) {
    EXPECT_EQ(Bundle::open("/nowhere/at/all").error().code, Code::environment);
}

}  // namespace
}  // namespace litura::corpus
