// What an import hands over, to whom, and the counting of what became of each record.
#pragma once

#include <functional>
#include <map>
#include <string>

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

inline void count(ImportCounts& counts, const Added& added) {
    ++counts.in;
    switch (added.outcome) {
        case Outcome::imported: ++counts.imported; break;
        case Outcome::unchanged: ++counts.unchanged; break;
        case Outcome::rejected: ++counts.rejected[added.reason]; break;
    }
}

}  // namespace litura::corpus
