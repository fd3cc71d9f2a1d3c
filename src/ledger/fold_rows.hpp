// Writing rows from folds: bars, grounds, accounts. Not public.
#pragma once

#include "store/database.hpp"
#include "ledger/event.hpp"

namespace litura::ledger {

inline Query& bind_if(Query& statement, const std::optional<Digest>& value) {
    return value ? statement.bind(*value) : statement.bind_null();
}
inline Query& bind_if(Query& statement, std::optional<std::int64_t> value) {
    return value ? statement.bind(*value) : statement.bind_null();
}
inline Query& bind_if(Query& statement, const std::optional<std::string>& value) {
    return value ? statement.bind(*value) : statement.bind_null();
}

struct BarRow {
    std::string_view kind;
    Instant at;
    std::string_view purpose;
    std::optional<Digest> person, record, wording, folded;
};

Result<void> insert_bar(Database& db, const Event& event, const BarRow& bar);

}  // namespace litura::ledger
