// How many target tokens each wording has. Counted once, when a wording is new, because that needs
// its text; plans and suppression then need none.
#pragma once

#include "base/database.hpp"
#include "corpus/corpus.hpp"
#include "derive/trainer.hpp"
#include "derive/view.hpp"

namespace litura::derive {

Result<void> create_measure_table(Database& db);

/// What was counted with this tokenizer; another one's counts are as good as none.
Result<TokenCounts> token_counts(Database& db, const Digest& tokenizer);

/// Counts the wordings of all rows that are not counted yet, and keeps them.
Result<void> measure(Database& db, corpus::Corpus& corpus, const Trainer& trainer);

/// Forgets wordings that no record has any more.
Result<void> forget_unused_counts(Database& db);

}  // namespace litura::derive
