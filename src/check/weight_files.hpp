// Which files at a path hold weights: by what they begin with or are called, so that nothing passes
// because of its name. Looks at no tensor and judges nothing.
#pragma once

#include <vector>

#include "base/env.hpp"

namespace litura::check {

struct WeightFiles {
    std::vector<Path> files;  ///< in order of their names
    /// What lies there and was not looked into: links to folders, what cannot be read.
    std::vector<Path> unseen;
};

/// A file of any name by itself; of a folder, all below it: safetensors, GGUF, and the pickled
/// files that loaders fall back to (these are known by their digest only).
WeightFiles weight_files(const Path& path);

}  // namespace litura::check
