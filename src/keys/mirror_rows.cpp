#include "keys/mirror_rows.hpp"

namespace litura::keys {
namespace {

constexpr const char* kTables[] = {"key_root", "bucket_key", "held_key"};

}  // namespace

Result<void> mirror_keys(Database& db) {
    for (const char* table : kTables) TRY(db.replace_beside(table, "mirror"));
    return done();
}

Result<void> take_mirrored_keys(Database& db) {
    for (const char* table : kTables) TRY(db.replace_from_beside(table, "mirror"));
    return done();
}

Result<std::optional<Generation>> mirrored_generation(Database& db) {
    if (TRY(db.columns("key_root", "mirror")).empty()) return std::optional<Generation>();
    auto root = TRY(db.prepare("SELECT generation FROM mirror.key_root"));
    if (!TRY(root.step())) return std::optional<Generation>();
    return std::optional<Generation>(root.integer(0));
}

Result<void> leave_keys_out(Database& db) {
    return db.execute("DELETE FROM bucket_key; DELETE FROM held_key");
}

Result<std::set<Digest>> names_held(Database& db, KeyKind kind) {
    auto select = TRY(db.prepare("SELECT name FROM held_key WHERE kind = ?"));
    select.bind(to_text(kind));
    std::set<Digest> names;
    while (TRY(select.step())) names.insert(select.digest(0));
    return names;
}

}  // namespace litura::keys
