#include "derive/token_count_rows.hpp"

namespace litura::derive {

Result<TokenCounts> TokenCounts::open(Database& db, const Digest& counting) {
    auto select = TRY(db.prepare(
        "SELECT tokens FROM token_count WHERE record = ? AND wording = ? AND counting = ?"));
    auto insert = TRY(
        db.prepare("INSERT INTO token_count (record, wording, counting, tokens) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (record) DO UPDATE SET wording = excluded.wording,"
                   " counting = excluded.counting, tokens = excluded.tokens"));
    return TokenCounts(std::move(select), std::move(insert), counting);
}

Result<std::optional<std::uint64_t>> TokenCounts::of(const corpus::RecordRow& row) {
    select_.bind(row.record).bind(row.wording).bind(counting_);
    std::optional<std::uint64_t> count;
    if (TRY(select_.step())) count = static_cast<std::uint64_t>(select_.integer(0));
    select_.reset();
    return count;
}

Result<void> TokenCounts::set(const corpus::RecordRow& row, std::uint64_t tokens) {
    insert_.bind(row.record).bind(row.wording).bind(counting_);
    return insert_.bind(static_cast<std::int64_t>(tokens)).run();
}

Result<void> forget_count(Database& db, const Digest& record) {
    auto remove = TRY(db.prepare("DELETE FROM token_count WHERE record = ?"));
    return remove.bind(record).run();
}

Result<void> forget_counts(Database& db) { return db.execute("DELETE FROM token_count"); }

}  // namespace litura::derive
