// A file that is there whole or not at all.
#pragma once

#include "base/env.hpp"

namespace litura {

/// Makes `path` hold `bytes`: written first in `aside`, a folder on the same disk, or beside it,
/// under a name of this process that ends in ".tmp", then renamed.
Result<void> replace_file(Env& env, const Path& path, ByteView bytes, const Path& aside = {});

}  // namespace litura
