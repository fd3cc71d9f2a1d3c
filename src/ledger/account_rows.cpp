// The one place that knows the columns of accounts.
#include "ledger/account_rows.hpp"

namespace litura::ledger {
namespace {

Result<Query> select_accounts(Database& db, std::string_view tail) {
    return db.prepare("SELECT tag, person, folded, source, event FROM account " +
                      std::string(tail));
}

Result<std::vector<Account>> accounts_in(Query rows) {
    std::vector<Account> accounts;
    while (TRY(rows.step())) {
        accounts.push_back({rows.digest(0), rows.digest(1), rows.digest(2), rows.text(3),
                            static_cast<Sequence>(rows.integer(4))});
    }
    return accounts;
}

}  // namespace

Result<std::optional<Account>> read_account(Database& db, const Digest& tag) {
    auto rows = TRY(select_accounts(db, "WHERE tag = ?"));
    rows.bind(tag);
    auto found = TRY(accounts_in(std::move(rows)));
    return found.empty() ? std::optional<Account>() : std::optional(std::move(found.front()));
}

Result<std::vector<Account>> read_accounts(Database& db) {
    return accounts_in(TRY(select_accounts(db, "ORDER BY tag")));
}

Result<std::vector<Account>> accounts_of_person(Database& db, const Digest& person) {
    auto rows = TRY(select_accounts(db, "WHERE person = ? ORDER BY tag"));
    rows.bind(person);
    return accounts_in(std::move(rows));
}

Result<std::vector<Account>> accounts_named(Database& db, const Digest& name) {
    auto rows = TRY(select_accounts(db, "WHERE folded = ? ORDER BY tag"));
    rows.bind(name);
    return accounts_in(std::move(rows));
}

Result<std::vector<Account>> accounts_after(Database& db, Sequence event, std::size_t limit) {
    auto rows = TRY(select_accounts(db, "WHERE event > ? ORDER BY event LIMIT ?"));
    rows.bind(event).bind(static_cast<std::int64_t>(limit));
    return accounts_in(std::move(rows));
}

Result<std::vector<std::string>> known_sources(Database& db) {
    auto rows = TRY(db.prepare("SELECT DISTINCT source FROM account ORDER BY source"));
    std::vector<std::string> sources;
    while (TRY(rows.step())) sources.push_back(rows.text(0));
    return sources;
}

Result<bool> knows_person(Database& db, const Digest& person) {
    auto rows = TRY(db.prepare("SELECT 1 FROM account WHERE person = ?"));
    return rows.bind(person).step();
}

Result<std::optional<Digest>> person_of(Database& db, std::string_view handle) {
    auto rows =
        TRY(db.prepare("SELECT DISTINCT person FROM account WHERE handle = ? ORDER BY person"));
    rows.bind(handle);
    if (!TRY(rows.step())) return std::optional<Digest>();
    const Digest person = rows.digest(0);
    if (TRY(rows.step())) {
        return Error{Code::broken, "two persons share a handle", std::string(handle), ""};
    }
    return std::optional<Digest>(person);
}

Result<bool> is_described(Database& db, const Digest& person, const Description& said) {
    auto same =
        TRY(db.prepare("SELECT 1 FROM described WHERE person = ? AND coalesce(country, '') = ?"
                       " AND coalesce(age, -1) = ? AND at_ms = ?"));
    same.bind(person).bind(said.country.value_or("")).bind(said.age.value_or(-1));
    return same.bind(said.at.ms).step();
}

}  // namespace litura::ledger
