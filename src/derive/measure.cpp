// The table of token counts: one row a record, of the wording that was counted last.
#include "derive/measure.hpp"

#include <algorithm>

#include "base/progress.hpp"
#include "base/text.hpp"

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS token_count (
  record BLOB PRIMARY KEY, wording BLOB NOT NULL, counting BLOB NOT NULL, tokens INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
)";

/// Counts committed together: neither one huge transaction nor thousands.
constexpr std::size_t kBatch = 10'000;

}  // namespace

Result<void> create_measure_table(Database& db) { return db.execute(kSchema); }

Result<Digest> counting_digest(Env& env, const Path& base) {
    Hasher hasher;
    hasher.update("litura.counting.1").update(unicode_version());
    for (const char* name : {"tokenizer.json", "config.json"}) {
        if (!env.exists(base / name)) continue;  // a toy
        hasher.update(sha256(TRY(env.read_file(base / name))).view());
    }
    return hasher.finish();
}

Result<TokenCounts> TokenCounts::open(Database& db, const Digest& counting) {
    return TokenCounts(
        TRY(db.prepare(
            "SELECT tokens FROM token_count WHERE record = ? AND wording = ? AND counting = ?")),
        counting);
}

Result<std::optional<std::uint64_t>> TokenCounts::of(const corpus::RecordRow& row) {
    select_.bind(row.record).bind(row.wording).bind(counting_);
    std::optional<std::uint64_t> count;
    if (TRY(select_.step())) count = static_cast<std::uint64_t>(select_.integer(0));
    select_.reset();
    return count;
}

// A batch is one transaction: a text that is listed can be opened, and no count of one that was
// erased meanwhile is written.
Result<void> measure(Database& db, corpus::Corpus& corpus, const Trainer& trainer,
                     const Digest& counting, std::span<const Digest> records) {
    Progress progress("measuring", records.size(), "records");
    auto insert = TRY(db.prepare("INSERT OR REPLACE INTO token_count VALUES (?, ?, ?, ?)"));
    while (!records.empty()) {
        const auto batch = records.first(std::min(kBatch, records.size()));
        records = records.subspan(batch.size());
        auto transaction = TRY(db.begin());
        for (const Digest& record : batch) {
            const auto row = TRY(corpus.row(record));
            if (!row) continue;
            const auto tokens = trainer.count_targets(TRY(corpus.effective_text(record)));
            insert.bind(record).bind(row->wording).bind(counting);
            TRY(insert.bind(static_cast<std::int64_t>(tokens)).run());
        }
        TRY(transaction.commit());
        progress.advance(batch.size());
    }
    return done();
}

Result<void> forget_count(Database& db, const Digest& record) {
    auto remove = TRY(db.prepare("DELETE FROM token_count WHERE record = ?"));
    return remove.bind(record).run();
}

}  // namespace litura::derive
