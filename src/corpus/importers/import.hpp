// Reading other people's files: each format turns bytes into IncomingRecords, one after the other,
// in bounded memory. Whatever a file holds as a record is counted: imported, unchanged, or rejected
// with a reason, never dropped silently.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/env.hpp"
#include "corpus/corpus.hpp"

namespace litura::corpus {

/// in = imported + unchanged + the rejected, always.
struct ImportCounts {
    std::uint64_t in = 0, imported = 0, unchanged = 0;
    std::map<std::string, std::uint64_t> rejected;  ///< by reason
    std::uint64_t objections = 0;                   ///< preferences against training, not records
};

/// Takes a record over; an error ends the import (disk full, order), a rejection is in `Added`.
using Sink = std::function<Result<Added>(IncomingRecord)>;

/// What an import hands over. Only `record` must be there.
struct Receiver {
    Sink record;
    /// The platform says that this record was deleted: an earlier import of it is to be barred.
    std::function<Result<void>(const PersonalText& id)> deleted;
    /// A preference in the files forbids training; it was set at this moment or later.
    std::function<Result<void>(const PersonalText& author, Instant at)> objected;
};

struct ImportOptions {
    /// Whose files they are, where they do not say.
    PersonalText author;
};

struct Format;
/// By its name, or by looking into the files for "auto". Code::bad_input if there is none, or if
/// several formats could be meant.
Result<const Format*> find_format(std::string_view name, const Path& path);

/// A file, a folder, or a zip or tar; see README.md for limits and memory. Code::bad_input if it
/// holds nothing that the format reads.
Result<ImportCounts> import_files(const Format& format, const Path& path,
                                  const ImportOptions& options, const Receiver& receiver);

/// The format jsonl, for callers that only want the records.
Result<ImportCounts> import_jsonl(const Path& path, const Sink& sink);

struct ChangelogLimits {
    std::uint64_t tokens_per_account = 10'000;
    std::uint64_t tokens = 250'000;
};
/// `*/changelog.Debian.gz` under a folder, packages in name order: one record an entry, author from
/// the trailer. An entry shipped by several binary packages counts once; `[ Other Name ]` sections
/// are other people's words and become the mark. `count_tokens` measures a text for the limits.
/// Reads this machine's documentation in place, so it is no Format.
Result<ImportCounts> import_debian_changelogs(
    const Path& folder, const ChangelogLimits& limits,
    const std::function<std::uint64_t(std::string_view)>& count_tokens, const Sink& sink);

}  // namespace litura::corpus
