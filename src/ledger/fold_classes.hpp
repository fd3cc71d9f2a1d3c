// The folds of class actions; see fold.hpp. Not public.
#pragma once

#include "ledger/event.hpp"
#include "ledger/fields.hpp"

namespace litura::ledger {

Result<void> entity_added(Database& db, const Event& event, Fields& in);
Result<void> class_accepted(Database& db, const Event& event, Fields& in);
Result<void> class_settled(Database& db, const Event& event, Fields& in);
Result<void> class_said(Database& db, const Event& event, Fields& in);
/// Before the accounts themselves go.
Result<void> forget_memberships(Database& db, const Digest& person);

}  // namespace litura::ledger
