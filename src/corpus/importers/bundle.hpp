// What a person was handed: one file, a folder, or the zip or tar that a platform delivers. Its
// files can be visited several times; each is unpacked where it is gzip or Zstandard.
#pragma once

#include "corpus/importers/archive.hpp"

namespace litura::corpus {

/// One file, read once, from its beginning. The name may tell who the person is: errors give the
/// number instead.
struct Member {
    std::string name;          ///< from the bundle's root, with '/'
    bool alone = false;        ///< the only file there is: its name says nothing
    std::uint64_t number = 1;  ///< in the order of the visit
    ReadBytes bytes;
    /// The last part of the name.
    std::string_view file_name() const;
    bool named(std::string_view prefix, std::string_view suffix) const;
};

class Bundle {
public:
    using Visit = std::function<Result<void>(Member& member)>;

    static Result<Bundle> open(const Path& path, ArchiveLimits limits = {});
    /// A folder's files in the order of their names, links left out; an archive's in its own.
    /// Errors name the member's number.
    Result<void> each(const Visit& visit) const;

private:
    Result<void> each_in_archive(const Visit& visit) const;
    enum class Kind { file, folder, zip, tar };
    Bundle(Path path, Kind kind, ArchiveLimits limits)
        : path_(std::move(path)), kind_(kind), limits_(limits) {}
    Result<void> each_in_folder(const Visit& visit) const;

    Path path_;
    Kind kind_;
    ArchiveLimits limits_;
};

}  // namespace litura::corpus
