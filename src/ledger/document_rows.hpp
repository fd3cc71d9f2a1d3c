// Notices, documents, statements about sources and adopted rules as rows. Not public.
#pragma once

#include "store/database.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

/// The purposes that a notice names, with spaces between; nothing for an unknown notice.
Result<std::optional<std::string>> notice_purposes(Database& db, const Digest& notice);
Result<bool> is_served(Database& db, const Digest& notice, std::string_view source, Instant at);
Result<bool> has_document(Database& db, DocumentKind kind, const Digest& digest);
/// With just these answers?
Result<bool> has_answers(Database& db, DocumentKind kind, const Digest& digest,
                         std::string_view answers);
/// The event that holds a document, a notice or rules of this digest.
Result<std::optional<Sequence>> document_event(Database& db, const Digest& digest);
Result<bool> is_declared(Database& db, std::string_view source, Audience audience, bool adults_only,
                         const std::optional<Digest>& document);
struct RulesRow {
    Digest digest;
    Sequence event = 0;
};
/// In the order of force.
Result<std::vector<RulesRow>> read_rules(Database& db);

}  // namespace litura::ledger
