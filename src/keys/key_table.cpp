// Looking keys up: one row with its bucket's; opened bucket keys are kept while their row stays the
// same. Another process may rotate at any time: the generation in the row says which root it needs.
#include "keys/key_table.hpp"

#include "keys/key_rows.hpp"
#include "keys/sealing.hpp"

namespace litura::keys {

std::string_view to_text(KeyKind kind) {
    switch (kind) {
        case KeyKind::account: return "account";
        case KeyKind::records: return "records";
        case KeyKind::node: return "node";
        case KeyKind::request: return "request";
        case KeyKind::recipient: return "recipient";
    }
    return "";
}

Bytes bucket_place(std::int64_t bucket, std::string_view kind, Generation generation) {
    ByteWriter fields;
    fields.text("litura.key.bucket.1");
    fields.i64(bucket);
    fields.text(kind);
    fields.i64(generation);
    return fields.take();
}

Bytes key_place(std::string_view kind, ByteView name, std::int64_t bucket) {
    ByteWriter fields;
    fields.text("litura.key.held.1");
    fields.text(kind);
    fields.blob(name);
    fields.i64(bucket);
    return fields.take();
}

Error out_of_step(Generation database, Generation root) {
    return {Code::forbidden,
            database < root ? "the database is older than its keys: an old copy was put back"
                            : "the keys are older than the database: an old copy was put back",
            "generation " + std::to_string(database) + ", keys " + std::to_string(root),
            "put the newest copies of both back, or run 'litura restore'"};
}

Result<KeyTable> KeyTable::open(Database& db, const RootCell& root) {
    KeyTable table(db, root);
    TRY(table.load_root(TRY(generation_of(db))));
    return table;
}

// The file is read after the row. A rotation that ended in between has moved both, so the row is
// asked once more before a difference counts.
Result<void> KeyTable::load_root(Generation generation) {
    while (generation != generation_) {
        auto roots = TRY(cell_->read());
        if (const auto found = roots.find(generation); found != roots.end()) {
            generation_ = generation;
            root_ = std::move(found->second);
            return done();
        }
        const Generation now = TRY(generation_of(*db_));
        if (now == generation) return out_of_step(generation, roots.rbegin()->first);
        generation = now;
    }
    return done();
}

Result<const SecretKey*> KeyTable::bucket_key(std::int64_t bucket, std::string_view kind,
                                              Generation generation, const Bytes& wrapped) {
    Bucket& known = buckets_[bucket];
    if (known.wrapped != wrapped) {
        TRY(load_root(generation));
        known.key = TRY(unseal_key(root_, wrapped, bucket_place(bucket, kind, generation)));
        known.wrapped = wrapped;
    }
    return &known.key;
}

Result<std::optional<SecretKey>> KeyTable::find(const Digest& name, KeyKind kind) {
    const auto found = TRY(find_key(*db_, to_text(kind), name.view()));
    if (!found) return std::optional<SecretKey>();
    const SecretKey* over =
        TRY(bucket_key(found->bucket, to_text(kind), found->generation, found->bucket_wrapped));
    return std::optional<SecretKey>(TRY(
        unseal_key(*over, found->wrapped, key_place(to_text(kind), name.view(), found->bucket))));
}

Result<SecretKey> KeyTable::get_or_create(const Digest& name, KeyKind kind) {
    if (auto found = TRY(find(name, kind))) return std::move(*found);
    auto transaction = TRY(db_->begin());
    if (auto found = TRY(find(name, kind))) return std::move(*found);
    const Room room = TRY(room_for(kind));
    SecretKey key = random_key();
    KeyRow row{std::string(to_text(kind)), {name.view().begin(), name.view().end()}, {}};
    row.wrapped = seal(*room.key, key.reveal(), key_place(row.kind, row.name, room.bucket));
    TRY(insert_key(*db_, room.bucket, row));
    TRY(transaction.commit());
    return key;
}

Result<KeyTable::Room> KeyTable::room_for(KeyKind kind) {
    const Generation generation = TRY(generation_of(*db_));
    if (const auto row = TRY(bucket_with_room(*db_, to_text(kind)))) {
        const SecretKey* key =
            TRY(bucket_key(row->bucket, to_text(kind), generation, row->wrapped));
        return Room{row->bucket, key};
    }
    TRY(load_root(generation));
    const std::int64_t bucket = TRY(next_bucket(*db_));
    Bucket& made = buckets_[bucket];
    made.key = random_key();
    made.wrapped = seal(root_, made.key.reveal(), bucket_place(bucket, to_text(kind), generation));
    TRY(insert_bucket(*db_, bucket, to_text(kind), made.wrapped));
    return Room{bucket, &made.key};
}

Result<void> KeyTable::destroy(const Digest& name, KeyKind kind) {
    auto transaction = TRY(db_->begin());
    TRY(remove_key(*db_, to_text(kind), name.view()));
    return transaction.commit();
}

}  // namespace litura::keys
