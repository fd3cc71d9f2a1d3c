// key_root has one row: the generation that counts. A bucket is `marked` when one of its keys died.
// Its wrapping is bound to bucket, kind and generation, a key's to kind, name and bucket, so a row
// that is moved does not open.
#include "keys/schema.hpp"

namespace litura::keys {
namespace {

constexpr const char* kFirst = R"sql(
CREATE TABLE IF NOT EXISTS key_root (
  one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS bucket_key (
  bucket INTEGER PRIMARY KEY, kind TEXT NOT NULL, held INTEGER NOT NULL, marked INTEGER NOT NULL,
  wrapped BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS held_key (
  kind TEXT NOT NULL, name BLOB NOT NULL, bucket INTEGER NOT NULL, wrapped BLOB NOT NULL,
  PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_key_bucket ON held_key (bucket);
INSERT INTO key_root VALUES (1, 1) ON CONFLICT (one) DO NOTHING;
)sql";

/// tally_rows.hpp
constexpr const char* kTally =
    "CREATE TABLE tally (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;";

}  // namespace

Schema schema() { return {schema_step(1, kFirst), schema_step(3, kTally)}; }

}  // namespace litura::keys
