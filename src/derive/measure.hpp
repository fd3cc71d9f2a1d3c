// How many target tokens each wording has. Counted once, when a record is first admitted with it,
// because that needs its text; plans and suppression then need none, and what is not admitted is
// not opened.
#pragma once

#include "store/database.hpp"
#include "base/observer.hpp"
#include "corpus/corpus.hpp"
#include "derive/token_count_rows.hpp"
#include "derive/trainer.hpp"

namespace litura::derive {

/// Names the way of counting with a base: by the files that decide it, so that no base has to be
/// loaded to read counts, and by the version of Unicode.
Result<Digest> counting_digest(Env& env, const Path& base);

/// Counts the present wordings of these records, and keeps them; those that were erased meanwhile
/// are passed over.
Result<void> measure(Database& db, corpus::Corpus& corpus, const Trainer& trainer,
                     const Digest& counting, std::span<const Digest> records, Observer& observer);

}  // namespace litura::derive
