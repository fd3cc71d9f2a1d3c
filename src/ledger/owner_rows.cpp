#include "ledger/owner_rows.hpp"

namespace litura::ledger {

Result<std::optional<Digest>> person_of(Database& db, const Digest& account) {
    Query find = TRY(db.prepare("SELECT person FROM account WHERE tag = ?"));
    find.bind(account);
    if (!TRY(find.step())) return std::optional<Digest>();
    return std::optional<Digest>(find.digest(0));
}

Result<std::vector<Digest>> accounts_of(Database& db, const Digest& person) {
    Query own = TRY(db.prepare("SELECT tag FROM account WHERE person = ? ORDER BY tag"));
    own.bind(person);
    std::vector<Digest> accounts;
    while (TRY(own.step())) accounts.push_back(own.digest(0));
    return accounts;
}

}  // namespace litura::ledger
