// What tests of every part share: results that must hold, exit statuses, and a folder of their own.
// Tests only.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "base/env.hpp"
#include "base/result.hpp"

namespace litura {

template <typename T>
T must(Result<T> result) {
    if (!result) ADD_FAILURE() << result.error().message << " (" << result.error().where << ")";
    CHECK(result.ok());
    return std::move(result).value();
}
inline void must(const Result<void>& result) {
    EXPECT_TRUE(result.ok()) << result.error().message << " (" << result.error().where << ")";
}

/// The exit status that a result stands for.
template <typename T>
int code_of(const Result<T>& result) {
    return result ? 0 : static_cast<int>(result.error().code);
}

/// A folder of its own, removed at the end; in memory where there is such a place, because every
/// commit is synced.
class TestFolder {
public:
    TestFolder() {
        const Path memory = "/dev/shm";
        const Path parent =
            std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        std::string pattern = (parent / "litura-test-XXXXXX").string();
        CHECK(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    const Path& path() const { return path_; }

private:
    Path path_;
};

}  // namespace litura
