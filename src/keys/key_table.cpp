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

Result<Generation> generation_of(Database& db) {
    auto select = TRY(db.prepare("SELECT generation FROM key_root"));
    if (!TRY(select.step()))
        return Error{Code::broken, "the database names no generation of keys", "ledger.db", ""};
    return select.integer(0);
}

Result<KeyTable> KeyTable::open(Database& db, const RootCell& root) {
    auto there = TRY(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'held_key'"));
    if (!TRY(there.step())) {
        auto transaction = TRY(db.begin());
        TRY(db.execute(kSchema));
        TRY(db.execute("INSERT OR IGNORE INTO key_root VALUES (1, 1)"));
        TRY(transaction.commit());
    }
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
    auto select = TRY(
        db_->prepare("SELECT held_key.wrapped, bucket, bucket_key.wrapped, generation FROM held_key"
                     " JOIN bucket_key USING (bucket) JOIN key_root WHERE held_key.kind = ?"
                     " AND name = ?"));
    select.bind(to_text(kind)).bind(name);
    if (!TRY(select.step())) return std::optional<SecretKey>();
    const std::int64_t bucket = select.integer(1);
    const SecretKey* over =
        TRY(bucket_key(bucket, to_text(kind), select.integer(3), select.blob(2)));
    return std::optional<SecretKey>(
        TRY(unseal_key(*over, select.blob(0), key_place(to_text(kind), name.view(), bucket))));
}

Result<SecretKey> KeyTable::get_or_create(const Digest& name, KeyKind kind) {
    if (auto found = TRY(find(name, kind))) return std::move(*found);
    auto transaction = TRY(db_->begin());
    if (auto found = TRY(find(name, kind))) return std::move(*found);
    const Room room = TRY(room_for(kind));
    SecretKey key = random_key();
    auto insert = TRY(db_->prepare("INSERT INTO held_key VALUES (?, ?, ?, ?)"));
    insert.bind(to_text(kind)).bind(name).bind(room.bucket);
    insert.bind(seal(*room.key, key.reveal(), key_place(to_text(kind), name.view(), room.bucket)));
    TRY(insert.run());
    auto count = TRY(db_->prepare("UPDATE bucket_key SET held = held + 1 WHERE bucket = ?"));
    TRY(count.bind(room.bucket).run());
    TRY(transaction.commit());
    return key;
}

Result<KeyTable::Room> KeyTable::room_for(KeyKind kind) {
    auto select =
        TRY(db_->prepare("SELECT bucket, wrapped, generation FROM bucket_key JOIN key_root"
                         " WHERE kind = ? AND held < ? ORDER BY bucket LIMIT 1"));
    select.bind(to_text(kind)).bind(kBucketMax);
    if (TRY(select.step())) {
        const std::int64_t bucket = select.integer(0);
        const SecretKey* key =
            TRY(bucket_key(bucket, to_text(kind), select.integer(2), select.blob(1)));
        return Room{bucket, key};
    }
    const Generation generation = TRY(generation_of(*db_));
    TRY(load_root(generation));
    auto last = TRY(db_->prepare("SELECT coalesce(max(bucket), 0) FROM bucket_key"));
    TRY(last.step());
    const std::int64_t bucket = last.integer(0) + 1;
    Bucket& made = buckets_[bucket];
    made.key = random_key();
    made.wrapped = seal(root_, made.key.reveal(), bucket_place(bucket, to_text(kind), generation));
    auto insert = TRY(db_->prepare("INSERT INTO bucket_key VALUES (?, ?, 0, 0, ?)"));
    TRY(insert.bind(bucket).bind(to_text(kind)).bind(made.wrapped).run());
    return Room{bucket, &made.key};
}

Result<void> KeyTable::destroy(const Digest& name, KeyKind kind) {
    auto transaction = TRY(db_->begin());
    auto remove =
        TRY(db_->prepare("DELETE FROM held_key WHERE kind = ? AND name = ? RETURNING bucket"));
    remove.bind(to_text(kind)).bind(name);
    if (TRY(remove.step())) {
        auto mark =
            TRY(db_->prepare("UPDATE bucket_key SET held = held - 1, marked = 1 WHERE bucket = ?"));
        TRY(mark.bind(remove.integer(0)).run());
    }
    remove.reset();
    return transaction.commit();
}

}  // namespace litura::keys
