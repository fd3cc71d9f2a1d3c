// Counting what became of each record; the one place that keeps in = imported + unchanged +
// rejected.
#pragma once

#include "corpus/importers/import.hpp"

namespace litura::corpus {

inline void count(ImportCounts& counts, const Added& added) {
    ++counts.in;
    switch (added.outcome) {
        case Outcome::imported: ++counts.imported; break;
        case Outcome::unchanged: ++counts.unchanged; break;
        case Outcome::rejected: ++counts.rejected[added.reason]; break;
    }
}

}  // namespace litura::corpus
