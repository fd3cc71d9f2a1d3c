#include "base/replace_file.hpp"

#include <unistd.h>

namespace litura {

Result<void> replace_file(Env& env, const Path& path, ByteView bytes, const Path& aside) {
    const std::string name = path.filename().string() + "." + std::to_string(::getpid()) + ".tmp";
    const Path written = (aside.empty() ? path.parent_path() : aside) / name;
    TRY(env.write_file(written, bytes));
    return env.rename(written, path);
}

}  // namespace litura
