// Remembers how many tokens each record's wording has, so that a text is counted once.
#include "derive/measure.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace litura::derive {
namespace {

/// Counts committed together: neither one huge transaction nor thousands.
constexpr std::size_t kBatch = 10'000;

}  // namespace

Result<Digest> counting_digest(Env& env, const Path& base) {
    Hasher hasher;
    hasher.update("litura.counting.1").update(unicode_version());
    for (const char* name : {"tokenizer.json", "config.json"}) {
        if (!env.exists(base / name)) continue;  // a toy
        hasher.update(sha256(TRY(env.read_file(base / name))).view());
    }
    return hasher.finish();
}

// A batch is one transaction: a text that is listed can be opened, and no count of one that was
// erased meanwhile is written.
Result<void> measure(Database& db, corpus::Corpus& corpus, const Trainer& trainer,
                     const Digest& counting, std::span<const Digest> records, Observer& observer) {
    Work work(observer, "measuring", records.size(), "records");
    TokenCounts counts = TRY(TokenCounts::open(db, counting));
    while (!records.empty()) {
        const auto batch = records.first(std::min(kBatch, records.size()));
        records = records.subspan(batch.size());
        auto transaction = TRY(db.begin());
        for (const Digest& record : batch) {
            const auto row = TRY(corpus.row(record));
            if (!row) continue;
            const auto tokens = trainer.count_targets(TRY(corpus.effective_text(record)));
            TRY(counts.set(*row, tokens));
        }
        TRY(transaction.commit());
        work.advance(batch.size());
    }
    return done();
}

}  // namespace litura::derive
