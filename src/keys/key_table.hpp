// The keys that can die: one an account, wrapped under the project key; record keys are wrapped
// under the account's and stand in the record's own row (corpus/). A person is a set of accounts
// and is named by the first one's tag, so linking two accounts moves no key, and an erasure
// destroys the keys of all of them. Destroying a key is deleting its row: secure_delete overwrites
// it, and Database::truncate_log empties the write-ahead log. Rows carry parent and generation, so
// that a hierarchy of rotating keys can follow without migration. Older copies of the table
// (backups, snapshots) are not reached yet.
#pragma once

#include <optional>

#include "base/database.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"

namespace litura::keys {

class KeyTable {
public:
    /// Creates the table where it is missing. `db` and `project` outlive the KeyTable.
    static Result<KeyTable> open(Database& db, const SecretKey& project);

    /// The account's key, made at first use.
    Result<SecretKey> get_or_create(const Digest& account);
    /// Nothing if the key was destroyed or never was.
    Result<std::optional<SecretKey>> find(const Digest& account);
    /// Idempotent. Final only after the transaction is committed and the log truncated.
    Result<void> destroy(const Digest& account);

private:
    KeyTable(Database& db, const SecretKey& project) : db_(&db), project_(&project) {}
    Database* db_;
    const SecretKey* project_;
};

}  // namespace litura::keys
