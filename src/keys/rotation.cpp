// Draws a new root and wraps every living key again, in one transaction.
#include "keys/rotation.hpp"

#include "keys/key_rows.hpp"
#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

/// Every living key of the bucket, from the old bucket key to the new one.
Result<void> wrap_again(Database& db, const BucketRow& row, const SecretKey& from,
                        const SecretKey& to) {
    for (KeyRow& held : TRY(key_rows(db, row.bucket))) {
        const Bytes place = key_place(row.kind, held.name, row.bucket);
        const SecretKey key = TRY(unseal_key(from, held.wrapped, place));
        held.wrapped = seal(to, key.reveal(), place);
        TRY(wrap_key(db, held));
    }
    return done();
}

Result<void> rotate_bucket(Database& db, const BucketRow& row, Generation generation,
                           const SecretKey& old_root, const SecretKey& new_root) {
    if (row.held == 0) return remove_bucket(db, row.bucket);
    SecretKey key =
        TRY(unseal_key(old_root, row.wrapped, bucket_place(row.bucket, row.kind, generation)));
    if (row.marked) {
        SecretKey fresh = random_key();
        TRY(wrap_again(db, row, key, fresh));
        key = std::move(fresh);
    }
    return wrap_bucket(
        db, row.bucket,
        seal(new_root, key.reveal(), bucket_place(row.bucket, row.kind, generation + 1)));
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
    TRY(count_generation(db));
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
    std::map<std::string, KeyCensus::Kind> kinds;
    for (const BucketRow& row : TRY(bucket_rows(db))) {
        KeyCensus::Kind& kind = kinds[row.kind];
        kind.kind = row.kind;
        ++kind.buckets;
        kind.keys += row.held;
        kind.marked += row.marked;
    }
    for (auto& [name, kind] : kinds) census.kinds.push_back(std::move(kind));
    return census;
}

}  // namespace litura::keys
