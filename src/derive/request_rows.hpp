// What is kept, sealed, for requests: reports of what an erasure took (report.hpp) and wordings
// that a correction will bring (correction.hpp). Rows only; who seals them, and when, is theirs.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "base/bytes.hpp"
#include "store/database.hpp"

namespace litura::derive {

enum class Kept { report, pending_text };

/// In place of what was kept for the same request.
Result<void> keep_sealed(Database& db, Kept what, std::string_view request, ByteView sealed);
Result<std::optional<Bytes>> kept_sealed(Database& db, Kept what, std::string_view request);
/// Forgets what is kept for any other request.
Result<void> keep_only(Database& db, Kept what, const std::set<std::string>& requests);

/// Over a database attached as `mirror` (Database::beside): it then holds the same; the project
/// takes what the mirror holds, in place of its own for the same requests.
Result<void> mirror_kept(Database& db);
Result<void> take_mirrored_kept(Database& db);

}  // namespace litura::derive
