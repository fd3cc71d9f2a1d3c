// A bar of one line, redrawn in place.
#include "base/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace litura {
namespace {

constexpr std::int64_t kRedrawMs = 100;
constexpr std::uint64_t kWidth = 30;

std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Progress::Progress(std::string what, std::uint64_t total, std::string unit)
    : what_(std::move(what)), unit_(std::move(unit)), total_(std::max<std::uint64_t>(total, 1)),
      started_ms_(steady_ms()), shown_(isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::uint64_t units) {
    const std::lock_guard lock(mutex_);
    now_ = std::min(now_ + units, total_);
    if (shown_ && steady_ms() - drawn_ms_ >= kRedrawMs) draw();
}

void Progress::draw() {
    drawn_ms_ = steady_ms();
    const auto filled = static_cast<std::size_t>(now_ * kWidth / total_);
    const double seconds = static_cast<double>(drawn_ms_ - started_ms_) / 1000.0;
    const double left =
        now_ == 0 ? 0.0 : seconds * static_cast<double>(total_ - now_) / static_cast<double>(now_);
    fmt::print(stderr, "\r\033[K{} [{}{}] {} of {} {}, {:.0f} s left", what_,
               std::string(filled, '#'), std::string(kWidth - filled, '.'), now_, total_, unit_,
               left);
    std::fflush(stderr);
}

void say(const std::string& line) { fmt::print(stderr, "{}\n", line); }

}  // namespace litura
