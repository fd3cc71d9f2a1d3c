// The rows behind KeyTable and rotation, and the places their wrappings are bound to. Not public.
#pragma once

#include <optional>
#include <vector>

#include "base/secret.hpp"
#include "keys/root_cell.hpp"
#include "store/database.hpp"

namespace litura::keys {

/// Keys a bucket holds at most: what a rotation wraps again for one key that died.
inline constexpr std::int64_t kBucketMax = 4096;

Bytes bucket_place(std::int64_t bucket, std::string_view kind, Generation generation);
Bytes key_place(std::string_view kind, ByteView name, std::int64_t bucket);

/// Database and root are of different generations.
Error out_of_step(Generation database, Generation root);

/// The generation the database counts on.
Result<Generation> generation_of(Database& db);
Result<void> count_generation(Database& db);

struct BucketRow {
    std::int64_t bucket = 0, held = 0;
    std::string kind;
    bool marked = false;  ///< one of its keys died since the last rotation
    Bytes wrapped;
};
Result<std::vector<BucketRow>> bucket_rows(Database& db);
/// The first of this kind that holds less than kBucketMax keys.
Result<std::optional<BucketRow>> bucket_with_room(Database& db, std::string_view kind);
/// Its number, behind all others; the row follows by insert_bucket.
Result<std::int64_t> next_bucket(Database& db);
Result<void> insert_bucket(Database& db, std::int64_t bucket, std::string_view kind,
                           ByteView wrapped);
/// Not marked any more.
Result<void> wrap_bucket(Database& db, std::int64_t bucket, ByteView wrapped);
Result<void> remove_bucket(Database& db, std::int64_t bucket);

struct KeyRow {
    std::string kind;
    Bytes name, wrapped;
};
Result<std::vector<KeyRow>> key_rows(Database& db, std::int64_t bucket);
Result<std::int64_t> count_keys(Database& db);
/// A key with its bucket's wrapping, in one look.
struct FoundKey {
    Bytes wrapped, bucket_wrapped;
    std::int64_t bucket = 0;
    Generation generation = 0;
};
Result<std::optional<FoundKey>> find_key(Database& db, std::string_view kind, ByteView name);
/// Both count the bucket's keys; the second marks it too.
Result<void> insert_key(Database& db, std::int64_t bucket, const KeyRow& key);
Result<void> remove_key(Database& db, std::string_view kind, ByteView name);
Result<void> wrap_key(Database& db, const KeyRow& key);

}  // namespace litura::keys
