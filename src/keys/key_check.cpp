#include "keys/key_check.hpp"

#include <optional>

#include "keys/key_rows.hpp"
#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

/// How many keys of the bucket there are; nothing if one of them does not open.
Result<std::optional<std::int64_t>> keys_in(Database& db, const BucketRow& bucket,
                                            const SecretKey& key) {
    const auto held = TRY(key_rows(db, bucket.bucket));
    for (const KeyRow& each : held) {
        const Bytes place = key_place(each.kind, each.name, bucket.bucket);
        if (each.kind != bucket.kind || !unseal_key(key, each.wrapped, place))
            return std::optional<std::int64_t>();
    }
    return std::optional(static_cast<std::int64_t>(held.size()));
}

}  // namespace

Result<std::string> first_key_difference(Database& db, const RootCell& root) {
    const ReadView one_state = TRY(db.read());
    const Generation generation = TRY(generation_of(db));
    const auto roots = TRY(root.read());
    const auto over = roots.find(generation);
    if (over == roots.end()) return std::string("keys: the root is of another generation");
    std::int64_t all = 0;
    for (const BucketRow& bucket : TRY(bucket_rows(db))) {
        const std::string name = "bucket " + std::to_string(bucket.bucket) + " of keys";
        const auto key = unseal_key(over->second, bucket.wrapped,
                                    bucket_place(bucket.bucket, bucket.kind, generation));
        if (!key) return name + ": does not open";
        const auto held = TRY(keys_in(db, bucket, key.value()));
        if (!held) return name + ": one of its keys does not open";
        if (*held != bucket.held) return name + ": holds another number of keys than it says";
        all += *held;
    }
    if (all != TRY(count_keys(db))) return std::string("keys: one is of no bucket");
    return std::string();
}

}  // namespace litura::keys
