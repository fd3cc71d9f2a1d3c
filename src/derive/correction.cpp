// Keeps new wordings, sealed, until the person who asked for a correction is verified.
#include "derive/correction.hpp"

#include "derive/request_rows.hpp"
#include "keys/sealing.hpp"
#include "ledger/requests.hpp"

namespace litura::derive {

Result<void> keep_correction(Project& project, const ledger::Request& request,
                             const Correction& correction) {
    const SecretKey key = TRY(project.keys().get_or_create(request.person));
    ByteWriter plain;
    plain.text(correction.text.reveal());
    plain.raw(correction.disputed.view());
    Bytes bytes = plain.take();
    TRY(keep_sealed(project.db, Kept::pending_text, request.id,
                    keys::seal(key, bytes, bytes_of(request.id))));
    wipe(bytes.data(), bytes.size());
    return done();
}

Result<std::optional<Correction>> kept_correction(Project& project,
                                                  const ledger::Request& request) {
    const auto sealed = TRY(kept_sealed(project.db, Kept::pending_text, request.id));
    if (!sealed) return std::optional<Correction>();
    const auto key = TRY(project.keys().find(request.person));
    if (!key) return std::optional<Correction>();
    Bytes bytes = TRY(keys::unseal(*key, *sealed, bytes_of(request.id)));
    ByteReader in(bytes);
    std::optional<Correction> correction(std::in_place);
    correction->text = PersonalText(in.text());
    correction->disputed = read_digest(in);
    wipe(bytes.data(), bytes.size());
    return correction;
}

Result<void> forget_corrections(Database& db, ledger::Ledger& ledger) {
    return keep_only(db, Kept::pending_text, TRY(ledger.requests().ids_to_carry_out()));
}

}  // namespace litura::derive
