// The files in a zip or a tar, one after the other, without writing anything to disk. Archives come
// from strangers: names that leave the folder, links, too many entries and bombs end in an error.
#pragma once

#include <functional>
#include <string>

#include "corpus/importers/unpack.hpp"

namespace litura::corpus {

struct ArchiveLimits {
    UnpackLimits unpack;  ///< of the archive as a whole
    std::uint64_t entries = 1'000'000;
    std::uint64_t directory = 32 << 20;  ///< bytes of a zip's list of its files
    std::size_t name = 1024;             ///< bytes
    std::size_t depth = 32;              ///< folders
};

/// Called with each plain file; need not read it to its end. An error ends the visit.
using VisitFile = std::function<Result<void>(const std::string& name, const ReadBytes& bytes)>;

/// Code::bad_input for a broken archive, an encrypted one, or one beyond the limits.
Result<void> each_in_zip(const Path& path, const ArchiveLimits& limits, const VisitFile& visit);
Result<void> each_in_tar(const ReadBytes& bytes, const ArchiveLimits& limits,
                         const VisitFile& visit);

/// Whether a name stays in its folder: relative, without "..", within the limits.
bool is_tame_name(std::string_view name, const ArchiveLimits& limits);

}  // namespace litura::corpus
