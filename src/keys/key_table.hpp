// The keys that can die. Each stands in the database wrapped under the key of a bucket, which is
// wrapped under the root (root_cell.hpp):
//
// clang-format off
//   root -> bucket keys -> account keys
//                          record-wrapping keys (-> record keys, in the record's row)
//                          node keys
//                          request keys
// clang-format on
//
// Destroying a key deletes its row and marks its bucket; the next rotation (rotation.hpp) gives
// the marked buckets new keys and everything a new root, so that every older copy of these tables
// is unreadable. A person is a set of accounts and is named by the first one's tag, so linking two
// accounts moves no key, and an erasure destroys the keys of all of them.
#pragma once

#include <map>
#include <optional>

#include "store/database.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"
#include "keys/root_cell.hpp"

namespace litura::keys {

/// What a key is for; with a name (a tag, a node's key) it names the key.
enum class KeyKind {
    account,    ///< what belongs to an account for as long as it is known: events, waiting texts
    records,    ///< wraps the keys of an account's records; drawn anew when one of them must die
    node,       ///< a stored node
    request,    ///< what is kept to answer for a request; outlives the person (GDPR Art. 12(3), 19)
    recipient,  ///< name and address of somebody who got a release
};
std::string_view to_text(KeyKind kind);

class KeyTable {
public:
    /// Over the tables of schema.hpp. Both outlive the KeyTable. Code::forbidden if database and
    /// root are of different generations: one of them is an old copy.
    static Result<KeyTable> open(Database& db, const RootCell& root);

    /// Made at first use.
    Result<SecretKey> get_or_create(const Digest& name, KeyKind kind = KeyKind::account);
    /// Nothing if the key was destroyed or never was.
    Result<std::optional<SecretKey>> find(const Digest& name, KeyKind kind = KeyKind::account);
    /// Idempotent. Final only after the transaction is committed, the rotation settled and the log
    /// truncated.
    Result<void> destroy(const Digest& name, KeyKind kind = KeyKind::account);

private:
    KeyTable(Database& db, const RootCell& root) : db_(&db), cell_(&root) {}
    Result<void> load_root(Generation generation);
    Result<const SecretKey*> bucket_key(std::int64_t bucket, std::string_view kind,
                                        Generation generation, const Bytes& wrapped);
    /// A bucket of this kind with room, and its key.
    struct Room {
        std::int64_t bucket = 0;
        const SecretKey* key = nullptr;
    };
    Result<Room> room_for(KeyKind kind);

    struct Bucket {
        Bytes wrapped;  ///< the row's: another one means another key or root
        SecretKey key;
    };
    Database* db_;
    const RootCell* cell_;
    Generation generation_ = 0;
    SecretKey root_;
    std::map<std::int64_t, Bucket> buckets_;
};

}  // namespace litura::keys
