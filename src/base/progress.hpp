// Messages and progress for people, on standard error. A bar only on a terminal; in a pipe it is
// silent.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

namespace litura {

/// A bar for long work. Thread-safe. Draws at most ten times a second.
class Progress {
public:
    /// `what` is a short phrase ("training"); `total` the number of units; `unit` its name
    /// ("tokens").
    Progress(std::string what, std::uint64_t total, std::string unit);
    ~Progress();  ///< clears the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void advance(std::uint64_t units);

private:
    void draw();
    std::mutex mutex_;
    std::string what_, unit_;
    std::uint64_t total_, now_ = 0;
    std::int64_t started_ms_, drawn_ms_ = 0;
    bool shown_;
};

/// One line on standard error.
void say(const std::string& line);

}  // namespace litura
