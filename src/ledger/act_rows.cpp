// What looks up whether something was said already, in the tables that acts are folded into.
#include "ledger/act_rows.hpp"

namespace litura::ledger {

Result<std::optional<Sequence>> recorded(Database& db, const Act& act, const Account& account,
                                         const std::optional<Digest>& record) {
    const bool refuses = act.kind == ActKind::withdrawal || act.kind == ActKind::objection;
    auto same = TRY(db.prepare(
        refuses
            ? "SELECT event FROM bar WHERE person = ? AND kind = ? AND purpose = ? AND at_ms = ?"
        : record
            ? "SELECT event FROM exception WHERE account = ? AND kind = ? AND purpose = ?"
              " AND at_ms = ? AND coalesce(until_ms, 0) = ? AND authorised = ? AND record = ?"
            : "SELECT event FROM ground WHERE account = ? AND basis = ? AND purpose = ?"
              " AND at_ms = ? AND coalesce(until_ms, 0) = ? AND authorised = ? AND notice = ?"));
    same.bind(refuses ? account.person : account.tag).bind(to_text(act.kind));
    same.bind(act.purpose).bind(act.at.ms);
    if (!refuses) {
        same.bind(act.until ? act.until->ms : 0).bind(std::int64_t{!act.authority.empty()});
        same.bind(record.value_or(act.notice));
    }
    if (!TRY(same.step())) return std::optional<Sequence>();
    return std::optional(static_cast<Sequence>(same.integer(0)));
}

Result<bool> is_claimed(Database& db, const Digest& account, std::string_view purpose) {
    auto same =
        TRY(db.prepare("SELECT 1 FROM ground WHERE account = ? AND basis = ? AND purpose = ?"));
    return same.bind(account).bind(to_text(Basis::legitimate_interest)).bind(purpose).step();
}

Result<bool> bars_record(Database& db, const Digest& record, BarKind kind) {
    auto same = TRY(db.prepare("SELECT 1 FROM bar WHERE record = ? AND kind = ?"));
    return same.bind(record).bind(to_text(kind)).step();
}

Result<bool> bars_name(Database& db, const Digest& folded) {
    auto rows = TRY(db.prepare("SELECT 1 FROM bar WHERE folded = ?"));
    return rows.bind(folded).step();
}

}  // namespace litura::ledger
