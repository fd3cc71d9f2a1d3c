// Reading other people's files: each format turns bytes into IncomingRecords, one after the other,
// in bounded memory. Whatever a file holds as a record is counted: imported, unchanged, or rejected
// with a reason, never dropped silently.
#pragma once

#include "base/env.hpp"
#include "corpus/importers/receiver.hpp"

namespace litura::corpus {

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
