// The table of corrections that wait: one row a request.
#include "derive/correction.hpp"

#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS pending_text (request TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
)";

}  // namespace

Result<void> create_correction_table(Database& db) { return db.execute(kSchema); }

Result<void> keep_correction(Project& project, const ledger::Request& request,
                             const Correction& correction) {
    const SecretKey key = TRY(project.keys().get_or_create(request.person));
    ByteWriter plain;
    plain.text(correction.text.reveal());
    plain.raw(correction.disputed.view());
    Bytes bytes = plain.take();
    auto insert = TRY(
        project.db.prepare("INSERT OR REPLACE INTO pending_text (request, sealed) VALUES (?, ?)"));
    insert.bind(request.id).bind(keys::seal(key, bytes, bytes_of(request.id)));
    wipe(bytes.data(), bytes.size());
    return insert.run();
}

Result<std::optional<Correction>> kept_correction(Project& project,
                                                  const ledger::Request& request) {
    auto select = TRY(project.db.prepare("SELECT sealed FROM pending_text WHERE request = ?"));
    select.bind(request.id);
    if (!TRY(select.step())) return std::optional<Correction>();
    const auto key = TRY(project.keys().find(request.person));
    if (!key) return std::optional<Correction>();
    Bytes bytes = TRY(keys::unseal(*key, select.blob(0), bytes_of(request.id)));
    ByteReader in(bytes);
    std::optional<Correction> correction(std::in_place);
    correction->text = PersonalText(in.text());
    correction->disputed = read_digest(in);
    wipe(bytes.data(), bytes.size());
    return correction;
}

Result<void> forget_corrections(Database& db) {
    return db.execute(
        "DELETE FROM pending_text WHERE request NOT IN (SELECT 'q-' || number FROM request"
        " LEFT JOIN bar ON bar.event = request.event"
        " WHERE state = 'accepted' AND (bar.event IS NOT NULL OR authorised = 0))");
}

}  // namespace litura::derive
