// One row a person. The wrapping binds the row's own columns, so that a row moved to another person
// does not open.
#include "keys/key_table.hpp"

#include "keys/sealing.hpp"

namespace litura::keys {
namespace {

constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS person_key ("
    "  person BLOB PRIMARY KEY, parent TEXT NOT NULL, generation INTEGER NOT NULL, wrapped BLOB "
    "NOT NULL"
    ") STRICT, WITHOUT ROWID";

constexpr std::string_view kParent = "project";
constexpr std::int64_t kGeneration = 1;

Bytes place(const Digest& person, std::string_view parent, std::int64_t generation) {
    ByteWriter fields;
    fields.text("litura.key.person.1");
    fields.blob(person.view());
    fields.text(parent);
    fields.i64(generation);
    return fields.take();
}

}  // namespace

Result<KeyTable> KeyTable::open(Database& db, const SecretKey& project) {
    TRY(db.execute(kSchema));
    return KeyTable(db, project);
}

Result<SecretKey> KeyTable::get_or_create(const Digest& person) {
    if (auto found = TRY(find(person))) return std::move(*found);
    SecretKey key = random_key();
    const Bytes wrapped = seal(*project_, key.reveal(), place(person, kParent, kGeneration));
    auto insert = TRY(db_->prepare("INSERT INTO person_key VALUES (?, ?, ?, ?)"));
    TRY(insert.bind(person).bind(kParent).bind(kGeneration).bind(wrapped).run());
    return key;
}

Result<std::optional<SecretKey>> KeyTable::find(const Digest& person) {
    auto select =
        TRY(db_->prepare("SELECT parent, generation, wrapped FROM person_key WHERE person = ?"));
    select.bind(person);
    if (!TRY(select.step())) return std::optional<SecretKey>();
    const Bytes wrapped = select.blob(2);
    Bytes plain = TRY(unseal(*project_, wrapped, place(person, select.text(0), select.integer(1))));
    if (plain.size() != SecretKey::kSize) {
        return Error{Code::broken, "a person's key has a wrong length", "", ""};
    }
    std::optional<SecretKey> key(std::in_place);
    std::copy(plain.begin(), plain.end(), key->data());
    wipe(plain.data(), plain.size());
    return key;
}

Result<void> KeyTable::destroy(const Digest& person) {
    auto remove = TRY(db_->prepare("DELETE FROM person_key WHERE person = ?"));
    return remove.bind(person).run();
}

}  // namespace litura::keys
