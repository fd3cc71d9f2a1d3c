#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace litura::cli {
namespace {

constexpr std::int64_t kRedrawMs = 100;
constexpr std::uint64_t kWidth = 30;

std::int64_t steady_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void clear_line() { std::fputs("\r\033[K", stderr); }

}  // namespace

Terminal::Terminal() : shown_(isatty(STDERR_FILENO) != 0) {}

void Terminal::begin(std::string_view what, std::uint64_t total, std::string_view unit) {
    const std::lock_guard lock(mutex_);
    bars_.push_back({std::string(what), std::string(unit), std::max<std::uint64_t>(total, 1), 0,
                     steady_ms(), 0});
}

void Terminal::advance(std::uint64_t units) {
    const std::lock_guard lock(mutex_);
    if (bars_.empty()) return;
    Bar& bar = bars_.back();
    bar.now = std::min(bar.now + units, bar.total);
    const std::int64_t now_ms = steady_ms();
    if (shown_ && now_ms - bar.drawn_ms >= kRedrawMs) draw(bar, now_ms);
}

void Terminal::end() {
    const std::lock_guard lock(mutex_);
    bars_.pop_back();
    if (shown_) clear_line();
}

void Terminal::say(std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (shown_ && !bars_.empty()) clear_line();
    cli::say(fmt::format("litura: {}", line));
}

void Terminal::draw(Bar& bar, std::int64_t now_ms) {
    bar.drawn_ms = now_ms;
    const auto filled = static_cast<std::size_t>(bar.now * kWidth / bar.total);
    const double seconds = static_cast<double>(now_ms - bar.started_ms) / 1000.0;
    const double left = bar.now == 0 ? 0.0
                                     : seconds * static_cast<double>(bar.total - bar.now) /
                                           static_cast<double>(bar.now);
    clear_line();
    const std::string text = fmt::format("{} [{}{}] {} of {} {}, {:.0f} s left", bar.what,
                                         std::string(filled, '#'), std::string(kWidth - filled, '.'),
                                         bar.now, bar.total, bar.unit, left);
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

// Not fmt::print: it throws where nobody can be told.
void say(std::string_view line) { std::fputs((std::string(line) + "\n").c_str(), stderr); }

}  // namespace litura::cli
