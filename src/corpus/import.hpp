// Reading other people's files: each format turns bytes into IncomingRecords, one after the other,
// in bounded memory. A format knows nothing of grounds or storage. Lines that cannot be used are
// counted by reason, never dropped silently.
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
};

/// Takes a record over; an error ends the import (disk full, order), a rejection is in `Added`.
using Sink = std::function<Result<Added>(IncomingRecord)>;

/// One JSON object a line, plain or gzip by its first bytes (DESIGN: section 7). Limits: 16 MiB a
/// line, 64 GiB unpacked and a ratio of 1:1000 a file.
Result<ImportCounts> import_jsonl(const Path& path, const Sink& sink);

struct ChangelogLimits {
    std::uint64_t tokens_per_account = 10'000;
    std::uint64_t tokens = 250'000;
};
/// `*/changelog.Debian.gz` under a folder, packages in name order: one record an entry, author from
/// the trailer. An entry shipped by several binary packages counts once; `[ Other Name ]` sections
/// are other people's words and become the mark. `count_tokens` measures a text for the limits.
Result<ImportCounts> import_debian_changelogs(
    const Path& folder, const ChangelogLimits& limits,
    const std::function<std::uint64_t(std::string_view)>& count_tokens, const Sink& sink);

}  // namespace litura::corpus
