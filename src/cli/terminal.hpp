// Messages and progress for people, on standard error. A bar only on a terminal; in a pipe it is
// silent.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/observer.hpp"

namespace litura::cli {

/// Shows the innermost work as a bar of one line, redrawn in place at most ten times a second.
/// Thread-safe.
class Terminal final : public Observer {
public:
    Terminal();
    void begin(std::string_view what, std::uint64_t total, std::string_view unit) override;
    void advance(std::uint64_t units) override;
    void end() override;
    void say(std::string_view line) override;

private:
    struct Bar {
        std::string what, unit;
        std::uint64_t total = 1, now = 0;
        std::int64_t started_ms = 0, drawn_ms = 0;
    };
    static void draw(Bar& bar, std::int64_t now_ms);

    std::mutex mutex_;
    std::vector<Bar> bars_;
    bool shown_;
};

/// One line on standard error.
void say(std::string_view line);

}  // namespace litura::cli
