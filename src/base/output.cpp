#include "base/output.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/error_json.hpp"

namespace litura {

Result<void> deliver(std::string_view text) {
    const std::string line = std::string(text) + "\n";
    std::string_view rest = line;
    struct stat info {};
    bool arrived = ::fstat(STDOUT_FILENO, &info) == 0;
    while (arrived && !rest.empty()) {
        const ssize_t wrote = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (wrote < 0 && errno == EINTR) continue;
        arrived = wrote > 0;
        if (arrived) rest.remove_prefix(static_cast<std::size_t>(wrote));
    }
    // A file's disk may turn out to be full only now.
    if (arrived && S_ISREG(info.st_mode)) arrived = ::fsync(STDOUT_FILENO) == 0;
    if (arrived) return done();
    return Error{
        Code::environment, std::string("the answer could not be written: ") + std::strerror(errno),
        "standard output", "what the command did stands; write its answer to another place"};
}

int Output::answer(std::string_view text, int status) const {
    const auto arrived = deliver(text);
    if (arrived.ok()) return status;
    complain(arrived.error());
    return static_cast<int>(arrived.error().code);
}

int Output::error(const Error& error, bool json) const {
    const int status = static_cast<int>(error.code);
    if (json) return answer(compact(error_json(error)), status);
    complain(error);
    return status;
}

void Output::complain(const Error& error) const {
    std::string text = std::string(program_) + ": " + error.message;
    if (!error.where.empty()) text += " (" + error.where + ")";
    if (!error.next.empty()) text += "\n  " + error.next;
    // Not fmt::print: it throws where nobody can be told.
    std::fputs((text + "\n").c_str(), stderr);
}

}  // namespace litura
