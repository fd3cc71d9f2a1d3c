// Whether a file is its owner's alone.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace litura {

/// Code::forbidden unless the file belongs to who runs this program and nobody else may read or
/// write it: a secret that others could read or replace is none.
Result<void> check_private(const std::filesystem::path& file);

}  // namespace litura
