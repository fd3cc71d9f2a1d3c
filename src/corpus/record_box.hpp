// What is sealed of a record, and how: its JSON under a key of its own, that key under the key of
// the account's records (keys::KeyKind::records). Associated data binds both to the record, and the
// JSON to its wording, so that rows cannot be exchanged in the database.
#pragma once

#include "base/json.hpp"
#include "base/secret.hpp"
#include "corpus/corpus.hpp"

namespace litura::corpus {

struct SealedRecord {
    Bytes wrapped_key, sealed;
};

/// {"id", "created_at", "edited_at", "text", ...rest}; a field of `rest` never replaces one of
/// ours. Code::bad_input if `rest` is not a JSON object.
Result<Json> record_json(const IncomingRecord& record);

/// Under a fresh record key.
SealedRecord seal_record(const SecretKey& records, const Digest& record, const Digest& wording,
                         const Json& json);
/// Code::broken if it was changed or moved.
Result<Json> unseal_record(const SecretKey& records, const Digest& record, const Digest& wording,
                           const SealedRecord& sealed);
/// The record's key under another key of its account's records.
Result<Bytes> wrap_again(const SecretKey& from, const SecretKey& to, const Digest& record,
                         ByteView wrapped_key);

}  // namespace litura::corpus
