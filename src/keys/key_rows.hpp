// The rows behind KeyTable and rotation, and the places their wrappings are bound to. Not public.
#pragma once

#include "base/database.hpp"
#include "base/secret.hpp"
#include "keys/root_cell.hpp"

namespace litura::keys {

/// Keys a bucket holds at most: what a rotation wraps again for one key that died.
inline constexpr std::int64_t kBucketMax = 4096;

/// key_root has one row: the generation that counts. A bucket is `marked` when one of its keys
/// died. Its wrapping is bound to bucket, kind and generation, a key's to kind, name and bucket, so
/// a row that is moved does not open.
inline constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS key_root (
  one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS bucket_key (
  bucket INTEGER PRIMARY KEY, kind TEXT NOT NULL, held INTEGER NOT NULL, marked INTEGER NOT NULL,
  wrapped BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS held_key (
  kind TEXT NOT NULL, name BLOB NOT NULL, bucket INTEGER NOT NULL, wrapped BLOB NOT NULL,
  PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_key_bucket ON held_key (bucket);
)sql";

Bytes bucket_place(std::int64_t bucket, std::string_view kind, Generation generation);
Bytes key_place(std::string_view kind, ByteView name, std::int64_t bucket);

/// Database and root are of different generations.
Error out_of_step(Generation database, Generation root);

/// The generation the database counts on.
Result<Generation> generation_of(Database& db);

}  // namespace litura::keys
