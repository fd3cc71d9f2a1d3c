#include "release/recipient_rows.hpp"

namespace litura::release {

Result<void> put_contact(Database& db, std::string_view recipient, ByteView sealed) {
    auto transaction = TRY(db.begin());
    db.rows_changed("recipient_contact");
    auto insert = TRY(db.prepare(
        "INSERT INTO recipient_contact (id, sealed) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET "
        "sealed = excluded.sealed"));
    TRY(insert.bind(recipient).bind(sealed).run());
    return transaction.commit();
}

Result<std::optional<Bytes>> find_contact(Database& db, std::string_view recipient) {
    auto rows = TRY(db.prepare("SELECT sealed FROM recipient_contact WHERE id = ?"));
    if (!TRY(rows.bind(recipient).step())) return std::optional<Bytes>();
    return std::optional<Bytes>(rows.blob(0));
}

Result<void> delete_contact(Database& db, std::string_view recipient) {
    auto transaction = TRY(db.begin());
    db.rows_changed("recipient_contact");
    auto removal = TRY(db.prepare("DELETE FROM recipient_contact WHERE id = ?"));
    TRY(removal.bind(recipient).run());
    return transaction.commit();
}

}  // namespace litura::release
