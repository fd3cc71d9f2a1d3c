// The table of token counts, by wording tag.
#include "derive/measure.hpp"

#include "base/progress.hpp"

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS token_count (
  wording BLOB PRIMARY KEY, tokenizer BLOB NOT NULL, tokens INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)";

Result<TokenCounts> kept_counts(Database& db, const Digest& tokenizer) {
    TokenCounts counts;
    auto select = TRY(db.prepare("SELECT wording, tokens FROM token_count WHERE tokenizer = ?"));
    select.bind(tokenizer);
    while (TRY(select.step()))
        counts.emplace(select.digest(0), static_cast<std::uint64_t>(select.integer(1)));
    return counts;
}

}  // namespace

Result<void> create_measure_table(Database& db) { return db.execute(kSchema); }

Result<TokenCounts> measure(Database& db, corpus::Corpus& corpus,
                            const std::vector<corpus::RecordRow>& rows, const Trainer& trainer) {
    const Digest tokenizer = trainer.tokenizer_digest();
    TokenCounts counts = TRY(kept_counts(db, tokenizer));
    std::vector<const corpus::RecordRow*> missing;
    for (const corpus::RecordRow& row : rows) {
        if (!counts.contains(row.wording)) missing.push_back(&row);
    }
    if (missing.empty()) return counts;
    Progress progress("measuring", missing.size(), "records");
    auto transaction = TRY(db.begin());
    auto insert = TRY(db.prepare(
        "INSERT OR REPLACE INTO token_count (wording, tokenizer, tokens) VALUES (?, ?, ?)"));
    for (const corpus::RecordRow* row : missing) {
        const std::uint64_t tokens = trainer.count_targets(TRY(corpus.effective_text(row->record)));
        counts[row->wording] = tokens;
        TRY(insert.bind(row->wording)
                .bind(tokenizer)
                .bind(static_cast<std::int64_t>(tokens))
                .run());
        progress.advance(1);
    }
    TRY(transaction.commit());
    return counts;
}

Result<void> forget_unused_counts(Database& db) {
    return db.execute("DELETE FROM token_count WHERE wording NOT IN (SELECT wording FROM record)");
}

}  // namespace litura::derive
