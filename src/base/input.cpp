#include "base/input.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace litura {
namespace {

Error too_long(std::string where) {
    return {Code::bad_input, "longer than 64 MiB, or without an end", std::move(where),
            "give the part that matters"};
}

}  // namespace

Result<Bytes> read_document(Env& env, const Path& path) {
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error) &&
        std::filesystem::file_size(path, error) > kLongestInput)
        return too_long(path.filename().string());
    return env.read_file(path);
}

Result<Bytes> read_standard_input() {
    Bytes all;
    std::array<std::uint8_t, 65536> part{};
    while (all.size() <= kLongestInput) {
        const ssize_t got = ::read(STDIN_FILENO, part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Code::environment, "cannot read standard input", "", ""};
        if (got == 0) return all;
        all.insert(all.end(), part.begin(), part.begin() + got);
    }
    return too_long("standard input");
}

}  // namespace litura
