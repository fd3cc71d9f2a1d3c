#include "base/output.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>

namespace litura {
namespace {

/// Runs `deliver` with `fd` (which it closes) as standard output; less than 0: none at all.
Result<void> deliver_to(int fd, std::string_view text) {
    std::fflush(stdout);
    const int saved = ::dup(STDOUT_FILENO);
    if (fd >= 0) {
        ::dup2(fd, STDOUT_FILENO);
        ::close(fd);
    } else {
        ::close(STDOUT_FILENO);
    }
    const auto arrived = deliver(text);
    ::dup2(saved, STDOUT_FILENO);
    ::close(saved);
    return arrived;
}

TEST(Output, Arrives_whole_with_a_line_end) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    EXPECT_TRUE(deliver_to(ends[1], "words").ok());
    std::array<char, 16> got{};
    EXPECT_EQ(::read(ends[0], got.data(), got.size()), 6);
    EXPECT_EQ(std::string(got.data()), "words\n");
    ::close(ends[0]);
}

TEST(Output, What_cannot_be_delivered_is_an_error_and_no_signal) {
    EXPECT_EQ(deliver_to(::open("/dev/full", O_WRONLY), "x").error().code, Code::environment);
    EXPECT_EQ(deliver_to(-1, "x").error().code, Code::environment);
    EXPECT_EQ(deliver_to(::open("/dev/null", O_RDONLY), "x").error().code, Code::environment);
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    const auto before = ::signal(SIGPIPE, SIG_IGN);  // as harden_process() does
    EXPECT_EQ(deliver_to(ends[1], "x").error().code, Code::environment);
    ::signal(SIGPIPE, before);
}

}  // namespace
}  // namespace litura
