#include "keys/key_rows.hpp"

namespace litura::keys {
namespace {

constexpr const char* kBuckets = "SELECT bucket, held, kind, marked, wrapped FROM bucket_key ";

BucketRow bucket_row(const Query& at) {
    return {at.integer(0), at.integer(1), at.text(2), at.integer(3) != 0, at.blob(4)};
}

}  // namespace

Result<Generation> generation_of(Database& db) {
    auto select = TRY(db.prepare("SELECT generation FROM key_root"));
    if (!TRY(select.step()))
        return Error{Code::broken, "the database names no generation of keys", "ledger.db", ""};
    return select.integer(0);
}

Result<void> count_generation(Database& db) {
    return db.execute("UPDATE key_root SET generation = generation + 1");
}

Result<std::vector<BucketRow>> bucket_rows(Database& db) {
    auto select = TRY(db.prepare(std::string(kBuckets) + "ORDER BY bucket"));
    std::vector<BucketRow> rows;
    while (TRY(select.step())) rows.push_back(bucket_row(select));
    return rows;
}

Result<std::optional<BucketRow>> bucket_with_room(Database& db, std::string_view kind) {
    auto select = TRY(
        db.prepare(std::string(kBuckets) + "WHERE kind = ? AND held < ? ORDER BY bucket LIMIT 1"));
    select.bind(kind).bind(kBucketMax);
    if (!TRY(select.step())) return std::optional<BucketRow>();
    return std::optional<BucketRow>(bucket_row(select));
}

Result<std::int64_t> next_bucket(Database& db) {
    auto last = TRY(db.prepare("SELECT coalesce(max(bucket), 0) FROM bucket_key"));
    TRY(last.step());
    return last.integer(0) + 1;
}

Result<void> insert_bucket(Database& db, std::int64_t bucket, std::string_view kind,
                           ByteView wrapped) {
    auto insert = TRY(db.prepare(
        "INSERT INTO bucket_key (bucket, kind, held, marked, wrapped) VALUES (?, ?, 0, 0, ?)"));
    return insert.bind(bucket).bind(kind).bind(wrapped).run();
}

Result<void> wrap_bucket(Database& db, std::int64_t bucket, ByteView wrapped) {
    auto update = TRY(db.prepare("UPDATE bucket_key SET wrapped = ?, marked = 0 WHERE bucket = ?"));
    return update.bind(wrapped).bind(bucket).run();
}

Result<void> remove_bucket(Database& db, std::int64_t bucket) {
    auto remove = TRY(db.prepare("DELETE FROM bucket_key WHERE bucket = ?"));
    return remove.bind(bucket).run();
}

Result<std::vector<KeyRow>> key_rows(Database& db, std::int64_t bucket) {
    auto select = TRY(db.prepare("SELECT kind, name, wrapped FROM held_key WHERE bucket = ?"));
    select.bind(bucket);
    std::vector<KeyRow> rows;
    while (TRY(select.step())) rows.push_back({select.text(0), select.blob(1), select.blob(2)});
    return rows;
}

Result<std::int64_t> count_keys(Database& db) {
    auto count = TRY(db.prepare("SELECT count(*) FROM held_key"));
    TRY(count.step());
    return count.integer(0);
}

Result<std::optional<FoundKey>> find_key(Database& db, std::string_view kind, ByteView name) {
    auto select =
        TRY(db.prepare("SELECT held_key.wrapped, bucket_key.wrapped, bucket_key.bucket, generation"
                       " FROM held_key JOIN bucket_key ON bucket_key.bucket = held_key.bucket"
                       " CROSS JOIN key_root WHERE held_key.kind = ? AND held_key.name = ?"));
    select.bind(kind).bind(name);
    if (!TRY(select.step())) return std::optional<FoundKey>();
    return std::optional<FoundKey>(
        FoundKey{select.blob(0), select.blob(1), select.integer(2), select.integer(3)});
}

Result<void> insert_key(Database& db, std::int64_t bucket, const KeyRow& key) {
    auto insert =
        TRY(db.prepare("INSERT INTO held_key (kind, name, bucket, wrapped) VALUES (?, ?, ?, ?)"));
    insert.bind(key.kind).bind(ByteView(key.name)).bind(bucket).bind(ByteView(key.wrapped));
    TRY(insert.run());
    auto count = TRY(db.prepare("UPDATE bucket_key SET held = held + 1 WHERE bucket = ?"));
    return count.bind(bucket).run();
}

Result<void> remove_key(Database& db, std::string_view kind, ByteView name) {
    auto remove =
        TRY(db.prepare("DELETE FROM held_key WHERE kind = ? AND name = ? RETURNING bucket"));
    remove.bind(kind).bind(name);
    if (!TRY(remove.step())) return done();
    const std::int64_t bucket = remove.integer(0);
    remove.reset();
    auto mark =
        TRY(db.prepare("UPDATE bucket_key SET held = held - 1, marked = 1 WHERE bucket = ?"));
    return mark.bind(bucket).run();
}

Result<void> wrap_key(Database& db, const KeyRow& key) {
    auto update = TRY(db.prepare("UPDATE held_key SET wrapped = ? WHERE kind = ? AND name = ?"));
    update.bind(ByteView(key.wrapped)).bind(key.kind).bind(ByteView(key.name));
    return update.run();
}

}  // namespace litura::keys
