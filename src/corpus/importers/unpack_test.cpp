#include "corpus/importers/unpack.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/test_support.hpp"
#include "corpus/importers/line_reader.hpp"
#include "corpus/test_files.hpp"

namespace litura::corpus {
namespace {

Result<std::string> unpacked(std::string file, std::size_t piece = 1 << 20,
                             UnpackLimits limits = {}) {
    Unpacker unpacker(pieces_of(std::move(file), piece), limits);
    std::string out;
    Bytes buffer(1000);
    while (const std::size_t count = TRY(unpacker.read(buffer))) {
        out.append(text_of(ByteView(buffer).first(count)));
    }
    return out;
}

TEST(Unpack, Plain_and_packed_bytes_read_alike_however_they_arrive) {
    std::string text;
    for (int line = 0; line < 5000; ++line) text += "line " + std::to_string(line * 7919) + "\n";
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
        EXPECT_EQ(unpacked(text, piece).value(), text);
        EXPECT_EQ(unpacked(gzip(text), piece).value(), text);
    }
    EXPECT_EQ(unpacked("").value(), "");
    EXPECT_EQ(unpacked("\x1F").value(), "\x1F");
}

TEST(Unpack, A_device_and_a_pipe_are_refused_without_waiting_for_their_end) {
    const TestFolder folder;
    const Path pipe = folder.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    for (const Path& odd : {Path("/dev/zero"), Path("/dev/tty"), pipe, folder.path()})
        EXPECT_FALSE(read_file_in_pieces(odd).ok()) << odd;
    EXPECT_EQ(read_file_in_pieces(pipe).error().code, Code::bad_input);
}

TEST(Unpack, Members_follow_each_other) {
    EXPECT_EQ(unpacked(gzip("one\n") + gzip("") + gzip("two\n"), 3).value(), "one\ntwo\n");
}

TEST(Unpack, A_file_cut_off_anywhere_is_an_error_never_a_shorter_file) {
    const std::string packed = gzip("the quick brown fox");
    for (std::size_t size = 2; size < packed.size(); ++size) {
        const auto result = unpacked(packed.substr(0, size));
        ASSERT_FALSE(result.ok()) << size;
        EXPECT_EQ(result.error().code, Code::bad_input);
    }
}

TEST(Unpack, Broken_bytes_and_a_foreign_tail_are_errors) {
    std::string packed = gzip("the quick brown fox");
    EXPECT_FALSE(unpacked(packed + "tail").ok());
    packed[packed.size() - 6] ^= 1;  // in the checksum
    EXPECT_FALSE(unpacked(packed).ok());
}

TEST(Unpack, A_bomb_is_refused_soon_after_the_first_megabyte) {
    const std::string packed = gzip(std::string(64 << 20, '0'));
    Unpacker unpacker(pieces_of(packed, 1 << 12));
    Bytes buffer(1 << 16);
    std::uint64_t read = 0;
    auto count = unpacker.read(buffer);
    for (; count.ok() && *count > 0; count = unpacker.read(buffer)) read += *count;
    ASSERT_FALSE(count.ok());
    EXPECT_EQ(count.error().code, Code::bad_input);
    EXPECT_LT(read, 8U << 20);
}

TEST(Unpack, More_than_the_limit_is_refused_packed_or_not) {
    const UnpackLimits limits{.bytes = 5000};
    EXPECT_TRUE(unpacked(std::string(5000, 'x'), 100, limits).ok());
    EXPECT_FALSE(unpacked(std::string(5001, 'x'), 100, limits).ok());
    EXPECT_FALSE(unpacked(gzip(std::string(5001, 'x')), 100, limits).ok());
}

TEST(LineReader, Hands_out_every_line_once_with_its_number) {
    LineReader lines(unpacking(pieces_of("one\n\nthree\nlast", 2)), 100);
    for (const std::string_view expected : {"one", "", "three", "last"}) {
        const auto line = lines.next();
        ASSERT_TRUE(line.ok());
        EXPECT_EQ(line.value()->text, expected);
    }
    EXPECT_FALSE(lines.next().value().has_value());
}

TEST(LineReader, Passes_over_what_is_too_long_and_says_so) {
    LineReader lines(unpacking(pieces_of("12345\n123456\nnext\n", 4)), 5);
    EXPECT_TRUE(lines.next().value()->whole);
    const Line second = *lines.next().value();
    EXPECT_FALSE(second.whole);
    EXPECT_EQ(second.text.size(), 5U);
    const Line third = *lines.next().value();
    EXPECT_EQ(third.text, "next");
    EXPECT_EQ(third.number, 3U);
    EXPECT_FALSE(lines.next().value().has_value());
}

TEST(LineReader, Names_the_line_where_a_file_is_cut_off) {
    const std::string packed = gzip("one\ntwo\n");
    LineReader lines(unpacking(pieces_of(packed.substr(0, packed.size() - 8), 1 << 20)), 100);
    EXPECT_EQ(lines.next().value()->text, "one");
    EXPECT_EQ(lines.next().value()->text, "two");
    const auto end = lines.next();
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.error().where, "line 3");
}

}  // namespace
}  // namespace litura::corpus
