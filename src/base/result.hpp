// Errors are values. A Result<T> holds a T or an Error; functions that can fail return one, and TRY
// hands an error on to the caller. Exceptions of libraries stop at the file that calls them. An
// Error's text is plain English for the person at the terminal and never holds personal text,
// identifiers or secrets.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace litura {

/// What kind of failure; the value is the exit status of the command line (README.md).
enum class Code : int {
    check_failed = 1,  ///< a comparison or verification did not hold
    bad_input = 2,     ///< usage, or bytes from outside, that cannot be accepted
    forbidden = 3,     ///< the state forbids it: an order, destroyed inputs, a bar, a cancelled job
    environment = 4,   ///< the machine failed us: disk full, permission, missing file
    broken = 70,       ///< an invariant of Litura itself does not hold
};

struct [[nodiscard]] Error {
    Code code = Code::broken;
    std::string message;  ///< what failed: lower case, no full stop
    std::string where;    ///< on what: a file and line, a field, a node
    std::string next;     ///< the next command or step that helps
};

template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() & { return std::get<0>(held_); }
    const T& value() const& { return std::get<0>(held_); }
    T value() && { return std::get<0>(std::move(held_)); }
    T* operator->() { return &std::get<0>(held_); }
    T& operator*() & { return std::get<0>(held_); }
    const Error& error() const& { return std::get<1>(held_); }
    Error error() && { return std::get<1>(std::move(held_)); }

private:
    std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : failed_(true), error_(std::move(error)) {}

    bool ok() const { return !failed_; }
    explicit operator bool() const { return ok(); }
    void value() const {}
    const Error& error() const& { return error_; }
    Error error() && { return std::move(error_); }

private:
    bool failed_ = false;
    Error error_;
};

inline Result<void> done() { return {}; }

/// The value of a Result, or return its error from the enclosing function. Calls may be nested.
#define TRY(expression) LITURA_TRY_1(expression, __COUNTER__)
#define LITURA_TRY_1(expression, id) LITURA_TRY_2(expression, id)
#define LITURA_TRY_2(expression, id)                      \
    __extension__({                                       \
        auto litura_result_##id = (expression);           \
        if (!litura_result_##id.ok()) {                   \
            return std::move(litura_result_##id).error(); \
        }                                                 \
        std::move(litura_result_##id).value();            \
    })

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

/// An invariant, checked in every build. Prints where and aborts: wrong bits are worse than no
/// bits.
#define CHECK(condition) \
    ((condition) ? void(0) : ::litura::check_failed(#condition, __FILE__, __LINE__))

}  // namespace litura
