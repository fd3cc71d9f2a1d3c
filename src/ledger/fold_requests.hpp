// The folds of a request's events; see fold.hpp. Not public.
#pragma once

#include "ledger/fields.hpp"
#include "ledger/fold_rows.hpp"

namespace litura::ledger {

Result<void> accepted(Database& db, const Event& event, Fields& in);
/// A sender's own mark, so that what is sent twice is one request.
Result<void> marked(Database& db, const Event& event, Fields& in);
Result<void> repeated(Database& db, const Event& event, Fields& in);
Result<void> outsider(Database& db, const Event& event, Fields& in);
Result<void> verified(Database& db, const Event& event, Fields& in);
Result<void> handed_over(Database& db, const Event& event, Fields& in);
Result<void> authorised(Database& db, const Event& event, Fields& in);
Result<void> classified(Database& db, const Event& event, Fields& in);
Result<void> extended(Database& db, const Event& event, Fields& in);
Result<void> denied(Database& db, const Event& event, Fields& in);
Result<void> revoked(Database& db, const Event& event, Fields& in);
Result<void> answered(Database& db, const Event& event, Fields& in);
Result<void> lift_notice(Database& db, const Event& event, Fields& in);
Result<void> suppressed(Database& db, const Event& event, Fields& in);
Result<void> destroyed(Database& db, const Event& event, Fields& in);
Result<void> derived(Database& db, const Event& event, Fields& in);

}  // namespace litura::ledger
