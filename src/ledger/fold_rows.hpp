// What folds of several files write with. Not public.
#pragma once

#include "base/database.hpp"
#include "ledger/event.hpp"

namespace litura::ledger {

inline Statement& bind_if(Statement& statement, const std::optional<Digest>& value) {
    return value ? statement.bind(*value) : statement.bind_null();
}
inline Statement& bind_if(Statement& statement, std::optional<std::int64_t> value) {
    return value ? statement.bind(*value) : statement.bind_null();
}
inline Statement& bind_if(Statement& statement, const std::optional<std::string>& value) {
    return value ? statement.bind(*value) : statement.bind_null();
}

struct BarRow {
    std::string_view kind;
    Instant at;
    std::string_view purpose;
    std::optional<Digest> person, record, wording, folded;
};

inline Result<void> insert_bar(Database& db, const Event& event, const BarRow& bar) {
    auto insert = TRY(db.prepare("INSERT INTO bar VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(event.seq).bind(bar.kind).bind(bar.at.ms).bind(bar.purpose);
    for (const auto* target : {&bar.person, &bar.record, &bar.wording, &bar.folded}) {
        bind_if(insert, *target);
    }
    return insert.run();
}

}  // namespace litura::ledger
