// Who is told how long work comes along, and what people should read meanwhile. Whoever computes
// tells an Observer and neither draws nor prints; the command line shows a bar, a service counts, a
// test listens.
#pragma once

#include <cstdint>
#include <string_view>

namespace litura {

/// An Observer by itself hears nothing; see Observer::none().
class Observer {
public:
    virtual ~Observer() = default;
    /// Long work begins: a short phrase ("training"), the number of units, their name ("tokens").
    /// Work may begin inside of work; ends come in the opposite order.
    virtual void begin(std::string_view /*what*/, std::uint64_t /*total*/,
                       std::string_view /*unit*/) {}
    /// Of the work that began last. Called from any thread.
    virtual void advance(std::uint64_t /*units*/) {}
    virtual void end() {}
    /// One line for people, without personal text.
    virtual void say(std::string_view /*line*/) {}

    static Observer& none() {
        static Observer nobody;
        return nobody;
    }
};

/// A stretch of long work, told to an Observer from its beginning to its end.
class Work {
public:
    Work(Observer& observer, std::string_view what, std::uint64_t total, std::string_view unit)
        : observer_(observer) {
        observer_.begin(what, total, unit);
    }
    ~Work() { observer_.end(); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;
    void advance(std::uint64_t units) { observer_.advance(units); }

private:
    Observer& observer_;
};

}  // namespace litura
