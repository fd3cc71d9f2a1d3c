// Acts, grounds and bars as rows. Not public.
#pragma once

#include "store/database.hpp"
#include "ledger/intake.hpp"

namespace litura::ledger {

/// The event of this very act if it is there already. Acts are never changed, so the same words
/// mean the same act. `record`: of an exception.
Result<std::optional<Sequence>> recorded(Database& db, const Act& act, const Account& account,
                                         const std::optional<Digest>& record);
Result<bool> is_claimed(Database& db, const Digest& account, std::string_view purpose);
/// Is there a bar of this kind on the record, or any on the folded name?
Result<bool> bars_record(Database& db, const Digest& record, BarKind kind);
Result<bool> bars_name(Database& db, const Digest& folded);

}  // namespace litura::ledger
