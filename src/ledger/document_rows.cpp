// What looks up what was filed and stated already.
#include "ledger/document_rows.hpp"

namespace litura::ledger {

Result<std::optional<std::string>> notice_purposes(Database& db, const Digest& notice) {
    auto rows = TRY(db.prepare("SELECT purposes FROM notice WHERE digest = ?"));
    if (!TRY(rows.bind(notice).step())) return std::optional<std::string>();
    return std::optional(rows.text(0));
}

Result<bool> is_served(Database& db, const Digest& notice, std::string_view source, Instant at) {
    auto rows =
        TRY(db.prepare("SELECT 1 FROM served WHERE notice = ? AND source = ? AND at_ms = ?"));
    return rows.bind(notice).bind(source).bind(at.ms).step();
}

Result<bool> has_document(Database& db, DocumentKind kind, const Digest& digest) {
    auto rows = TRY(db.prepare("SELECT 1 FROM document WHERE kind = ? AND digest = ?"));
    return rows.bind(to_text(kind)).bind(digest).step();
}

Result<bool> has_answers(Database& db, DocumentKind kind, const Digest& digest,
                         std::string_view answers) {
    auto rows =
        TRY(db.prepare("SELECT 1 FROM document WHERE kind = ? AND digest = ? AND answers = ?"));
    return rows.bind(to_text(kind)).bind(digest).bind(answers).step();
}

Result<std::optional<Sequence>> document_event(Database& db, const Digest& digest) {
    auto rows = TRY(db.prepare(
        "SELECT event FROM document WHERE digest = ? UNION ALL SELECT event FROM notice WHERE"
        " digest = ? UNION ALL SELECT event FROM rules WHERE digest = ? ORDER BY event"));
    if (!TRY(rows.bind(digest).bind(digest).bind(digest).step())) return std::optional<Sequence>();
    return std::optional(static_cast<Sequence>(rows.integer(0)));
}

Result<bool> is_declared(Database& db, std::string_view source, Audience audience, bool adults_only,
                         const std::optional<Digest>& document) {
    auto rows =
        TRY(db.prepare("SELECT document FROM source WHERE name = ? AND audience = ?"
                       " AND adults_only = ?"));
    rows.bind(source).bind(to_text(audience)).bind(std::int64_t{adults_only});
    if (!TRY(rows.step())) return false;
    return rows.is_null(0) ? !document : document == rows.digest(0);
}

Result<std::vector<RulesRow>> read_rules(Database& db) {
    auto rows = TRY(db.prepare("SELECT digest, event FROM rules ORDER BY valid_from_ms, event"));
    std::vector<RulesRow> rules;
    while (TRY(rows.step()))
        rules.push_back({rows.digest(0), static_cast<Sequence>(rows.integer(1))});
    return rules;
}

}  // namespace litura::ledger
