// How many target tokens each wording has, as rows: one a record.
#pragma once

#include <cstdint>
#include <optional>

#include "corpus/corpus.hpp"
#include "store/database.hpp"

namespace litura::derive {

/// What was counted in one way; another one's counts are as good as none.
class TokenCounts {
public:
    static Result<TokenCounts> open(Database& db, const Digest& counting);
    /// Of the row's wording; nothing if it was not counted.
    Result<std::optional<std::uint64_t>> of(const corpus::RecordRow& row);
    /// In place of any other count of the same record.
    Result<void> set(const corpus::RecordRow& row, std::uint64_t tokens);

private:
    TokenCounts(Query select, Query insert, const Digest& counting)
        : select_(std::move(select)), insert_(std::move(insert)), counting_(counting) {}
    Query select_, insert_;
    Digest counting_;
};

Result<void> forget_count(Database& db, const Digest& record);
Result<void> forget_counts(Database& db);

}  // namespace litura::derive
