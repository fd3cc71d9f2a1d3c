// How many target tokens each wording has. Counted once, when a record is first admitted with it,
// because that needs its text; plans and suppression then need none, and what is not admitted is
// not opened.
#pragma once

#include "base/database.hpp"
#include "corpus/corpus.hpp"
#include "derive/trainer.hpp"

namespace litura::derive {

Result<void> create_measure_table(Database& db);

/// Names the way of counting with a base: by the files that decide it, so that no base has to be
/// loaded to read counts, and by the version of Unicode.
Result<Digest> counting_digest(Env& env, const Path& base);

/// What was counted in one way; another one's counts are as good as none.
class TokenCounts {
public:
    static Result<TokenCounts> open(Database& db, const Digest& counting);
    /// Of the row's wording; nothing if it was not counted.
    Result<std::optional<std::uint64_t>> of(const corpus::RecordRow& row);

private:
    TokenCounts(Statement select, const Digest& counting)
        : select_(std::move(select)), counting_(counting) {}
    Statement select_;
    Digest counting_;
};

/// Counts the present wordings of these records, and keeps them; those that were erased meanwhile
/// are passed over.
Result<void> measure(Database& db, corpus::Corpus& corpus, const Trainer& trainer,
                     const Digest& counting, std::span<const Digest> records);

Result<void> forget_count(Database& db, const Digest& record);

}  // namespace litura::derive
