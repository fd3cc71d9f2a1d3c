#include "base/private_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace litura {

Result<void> check_private(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    struct stat info {};
    if (::lstat(file.c_str(), &info) != 0)
        return Error{Code::environment, "a secret cannot be found", name,
                     "put it back from the newest copy of the project's secrets"};
    if (!S_ISREG(info.st_mode))
        return Error{Code::forbidden, "a secret is no plain file", name,
                     "put the file itself in its place"};
    if (info.st_uid != ::geteuid())
        return Error{Code::forbidden, "a secret belongs to somebody else", name,
                     "run litura as its owner, or give the file to who runs it"};
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Code::forbidden, "others may read or write a secret", name,
                     "find out who did, then chmod 600 the file"};
    return done();
}

}  // namespace litura
