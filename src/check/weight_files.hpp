// Which files at a path may hold weights. All that are not known to be something else: a loader
// finds weights under names and in formats that nobody here thought of, so only plain text is
// passed over. Looks at no tensor and judges nothing.
#pragma once

#include <vector>

#include "base/env.hpp"

namespace litura::check {

struct WeightFiles {
    std::vector<Path> files;  ///< in order of their names
    /// What lies there and was not looked into: links to folders, dangling ones, pipes, devices,
    /// what cannot be read.
    std::vector<Path> unseen;
};

/// A file of any name by itself; of a folder, all below it except texts that no loader takes for
/// weights. What is neither a file nor a folder is `unseen`: opening a pipe would wait for ever.
WeightFiles weight_files(const Path& path);

}  // namespace litura::check
