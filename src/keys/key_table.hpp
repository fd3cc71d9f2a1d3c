// The keys that can die: one a person, wrapped under the project key; record keys are wrapped under
// the person's and stand in the record's own row (corpus/). Destroying a person's key is deleting
// its row: secure_delete overwrites it, and Database::truncate_log empties the write-ahead log.
// Rows carry parent and generation, so that a hierarchy of rotating keys can follow without
// migration. Older copies of the table (backups, snapshots) are not reached yet.
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

    /// The person's key, made at first use.
    Result<SecretKey> get_or_create(const Digest& person);
    /// Nothing if the key was destroyed or never was.
    Result<std::optional<SecretKey>> find(const Digest& person);
    /// Idempotent. Final only after the transaction is committed and the log truncated.
    Result<void> destroy(const Digest& person);

private:
    KeyTable(Database& db, const SecretKey& project) : db_(&db), project_(&project) {}
    Database* db_;
    const SecretKey* project_;
};

}  // namespace litura::keys
