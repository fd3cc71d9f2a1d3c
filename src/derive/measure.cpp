// The table of token counts, by wording tag.
#include "derive/measure.hpp"

#include "base/progress.hpp"

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS token_count (
  wording BLOB PRIMARY KEY, tokenizer BLOB NOT NULL, tokens INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";

}  // namespace

Result<void> create_measure_table(Database& db) { return db.execute(kSchema); }

Result<TokenCounts> token_counts(Database& db, const Digest& tokenizer) {
    TokenCounts counts;
    auto select = TRY(db.prepare("SELECT wording, tokens FROM token_count WHERE tokenizer = ?"));
    select.bind(tokenizer);
    while (TRY(select.step()))
        counts.emplace(select.digest(0), static_cast<std::uint64_t>(select.integer(1)));
    return counts;
}

// In one transaction: a text that is listed can be opened, and no count of one that was erased
// meanwhile is written.
Result<void> measure(Database& db, corpus::Corpus& corpus, const Trainer& trainer) {
    auto transaction = TRY(db.begin());
    const Digest tokenizer = trainer.tokenizer_digest();
    const TokenCounts counts = TRY(token_counts(db, tokenizer));
    std::vector<corpus::RecordRow> missing = TRY(corpus.rows());
    std::erase_if(missing,
                  [&](const corpus::RecordRow& row) { return counts.contains(row.wording); });
    Progress progress("measuring", missing.size(), "records");
    auto insert = TRY(db.prepare(
        "INSERT OR REPLACE INTO token_count (wording, tokenizer, tokens) VALUES (?, ?, ?)"));
    for (const corpus::RecordRow& row : missing) {
        const std::uint64_t tokens = trainer.count_targets(TRY(corpus.effective_text(row.record)));
        TRY(insert.bind(row.wording).bind(tokenizer).bind(static_cast<std::int64_t>(tokens)).run());
        progress.advance(1);
    }
    return transaction.commit();
}

Result<void> forget_unused_counts(Database& db) {
    return db.execute("DELETE FROM token_count WHERE wording NOT IN (SELECT wording FROM record)");
}

}  // namespace litura::derive
