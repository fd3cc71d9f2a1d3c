// How many target tokens each wording has. Counted once, when a wording is new, because that needs
// its text; plans and suppression then need none.
#pragma once

#include "base/database.hpp"
#include "corpus/corpus.hpp"
#include "derive/trainer.hpp"
#include "derive/view.hpp"

namespace litura::derive {

Result<void> create_measure_table(Database& db);

/// Counts of all rows' wordings; missing ones are counted now and kept. Another tokenizer voids
/// what is kept.
Result<TokenCounts> measure(Database& db, corpus::Corpus& corpus,
                            const std::vector<corpus::RecordRow>& rows, const Trainer& trainer);

/// Forgets wordings that no record has any more.
Result<void> forget_unused_counts(Database& db);

}  // namespace litura::derive
