// The rows wrapped again.
#include "keys/rotation.hpp"

#include "keys/key_rows.hpp"
#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

struct BucketRow {
    std::int64_t bucket = 0, held = 0;
    std::string kind;
    bool marked = false;
    Bytes wrapped;
};

Result<std::vector<BucketRow>> bucket_rows(Database& db) {
    auto select = TRY(
        db.prepare("SELECT bucket, held, kind, marked, wrapped FROM bucket_key ORDER BY bucket"));
    std::vector<BucketRow> rows;
    while (TRY(select.step())) {
        rows.push_back({select.integer(0), select.integer(1), select.text(2),
                        select.integer(3) != 0, select.blob(4)});
    }
    return rows;
}

/// Every living key of the bucket, from the old bucket key to the new one.
Result<void> wrap_again(Database& db, const BucketRow& row, const SecretKey& from,
                        const SecretKey& to) {
    auto select = TRY(db.prepare("SELECT name, wrapped FROM held_key WHERE bucket = ?"));
    select.bind(row.bucket);
    std::vector<std::pair<Bytes, Bytes>> keys;
    while (TRY(select.step())) keys.emplace_back(select.blob(0), select.blob(1));
    auto update = TRY(db.prepare("UPDATE held_key SET wrapped = ? WHERE kind = ? AND name = ?"));
    for (const auto& [name, wrapped] : keys) {
        const Bytes place = key_place(row.kind, name, row.bucket);
        const SecretKey key = TRY(unseal_key(from, wrapped, place));
        TRY(update.bind(seal(to, key.reveal(), place)).bind(row.kind).bind(ByteView(name)).run());
    }
    return done();
}

Result<void> rotate_bucket(Database& db, const BucketRow& row, Generation generation,
                           const SecretKey& old_root, const SecretKey& new_root) {
    if (row.held == 0) {
        auto remove = TRY(db.prepare("DELETE FROM bucket_key WHERE bucket = ?"));
        return remove.bind(row.bucket).run();
    }
    SecretKey key =
        TRY(unseal_key(old_root, row.wrapped, bucket_place(row.bucket, row.kind, generation)));
    if (row.marked) {
        SecretKey fresh = random_key();
        TRY(wrap_again(db, row, key, fresh));
        key = std::move(fresh);
    }
    auto update = TRY(db.prepare("UPDATE bucket_key SET wrapped = ?, marked = 0 WHERE bucket = ?"));
    update.bind(seal(new_root, key.reveal(), bucket_place(row.bucket, row.kind, generation + 1)));
    return update.bind(row.bucket).run();
}

}  // namespace

Result<void> prepare_rotation(Database& db, const RootCell& root) {
    TRY(settle_rotation(db, root));
    return root.write(TRY(generation_of(db)) + 1, random_key());
}

Result<void> rotate(Database& db, const RootCell& root) {
    auto transaction = TRY(db.begin());
    const Generation generation = TRY(generation_of(db));
    const auto roots = TRY(root.read());
    const auto old_root = roots.find(generation), new_root = roots.find(generation + 1);
    CHECK(old_root != roots.end() && new_root != roots.end());
    for (const BucketRow& row : TRY(bucket_rows(db)))
        TRY(rotate_bucket(db, row, generation, old_root->second, new_root->second));
    TRY(db.execute("UPDATE key_root SET generation = generation + 1"));
    return transaction.commit();
}

Result<void> settle_rotation(Database& db, const RootCell& root) {
    const Generation generation = TRY(generation_of(db));
    const auto roots = TRY(root.read());
    if (!roots.contains(generation)) return out_of_step(generation, roots.rbegin()->first);
    TRY(root.keep_only(generation));
    return done();
}

Result<KeyCensus> key_census(Database& db, const RootCell& root) {
    KeyCensus census;
    census.generation = TRY(generation_of(db));
    census.roots = TRY(root.read()).size();
    auto select =
        TRY(db.prepare("SELECT kind, count(*), sum(held), sum(marked) FROM bucket_key GROUP BY kind"
                       " ORDER BY kind"));
    while (TRY(select.step())) {
        census.kinds.push_back(
            {select.text(0), select.integer(1), select.integer(2), select.integer(3)});
    }
    return census;
}

}  // namespace litura::keys
