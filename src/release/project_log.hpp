// The project's transparency log: `.litura/log/`, and its key among the project's secrets. Both are
// made at first use. The same key signs the heads and what a head's entries stand for: a text says
// in its first line what it is.
#pragma once

#include <memory>

#include "derive/project.hpp"
#include "proof/tile_log.hpp"

namespace litura::release {

struct ProjectLog {
    std::unique_ptr<proof::SigningKey> key;
    proof::TileLog log;  ///< refers to `key`

    /// Signed by the project, under the log's name.
    proof::Note sign(std::string text) const;
    /// The place of a document's entry; entered now if it is not there, or a crash left it out.
    Result<std::uint64_t> enter(std::string_view kind, const Digest& digest);
};

/// `project` outlives what is returned.
Result<ProjectLog> open_log(derive::Project& project);

}  // namespace litura::release
