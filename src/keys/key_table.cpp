// One row an account. The wrapping binds the row's own columns, so that a row moved to another
// account does not open.
#include "keys/key_table.hpp"

#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS account_key ("
    "  account BLOB PRIMARY KEY, parent TEXT NOT NULL, generation INTEGER NOT NULL, wrapped BLOB "
    "NOT NULL"
    ") STRICT, WITHOUT ROWID";

constexpr std::string_view kParent = "project";
constexpr std::int64_t kGeneration = 1;

Bytes place(const Digest& account, std::string_view parent, std::int64_t generation) {
    ByteWriter fields;
    fields.text("litura.key.account.1");
    fields.blob(account.view());
    fields.text(parent);
    fields.i64(generation);
    return fields.take();
}

}  // namespace

Result<KeyTable> KeyTable::open(Database& db, const SecretKey& project) {
    TRY(db.execute(kSchema));
    return KeyTable(db, project);
}

Result<SecretKey> KeyTable::get_or_create(const Digest& account) {
    if (auto found = TRY(find(account))) return std::move(*found);
    SecretKey key = random_key();
    const Bytes wrapped = seal(*project_, key.reveal(), place(account, kParent, kGeneration));
    auto insert = TRY(db_->prepare("INSERT INTO account_key VALUES (?, ?, ?, ?)"));
    TRY(insert.bind(account).bind(kParent).bind(kGeneration).bind(wrapped).run());
    return key;
}

Result<std::optional<SecretKey>> KeyTable::find(const Digest& account) {
    auto select =
        TRY(db_->prepare("SELECT parent, generation, wrapped FROM account_key WHERE account = ?"));
    select.bind(account);
    if (!TRY(select.step())) return std::optional<SecretKey>();
    const Bytes wrapped = select.blob(2);
    Bytes plain =
        TRY(unseal(*project_, wrapped, place(account, select.text(0), select.integer(1))));
    if (plain.size() != SecretKey::kSize) {
        return Error{Code::broken, "an account's key has a wrong length", "", ""};
    }
    std::optional<SecretKey> key(std::in_place);
    std::copy(plain.begin(), plain.end(), key->data());
    wipe(plain.data(), plain.size());
    return key;
}

Result<void> KeyTable::destroy(const Digest& account) {
    auto remove = TRY(db_->prepare("DELETE FROM account_key WHERE account = ?"));
    return remove.bind(account).run();
}

}  // namespace litura::keys
