// What an event means: the one function by which events become tables. It is a function of the
// database and the event alone, used when an event is appended and when verify rebuilds, so
// the two cannot drift apart.
#pragma once

#include "ledger/event.hpp"
#include "ledger/event_catalogue.hpp"

namespace litura::ledger {

/// The ledger's own types. Those of the parts above change no table.
namespace type {
inline constexpr EventName kCreated = "project.created";
inline constexpr EventName kAccountSeen = "account.seen";
inline constexpr EventName kLinked = "person.linked";
inline constexpr EventName kDescribed = "person.described";
inline constexpr EventName kAct = "act.recorded";
inline constexpr EventName kInterest = "interest.claimed";
inline constexpr EventName kNotice = "notice.added";
inline constexpr EventName kServed = "notice.served";
inline constexpr EventName kDocument = "document.added";
inline constexpr EventName kSource = "source.declared";
inline constexpr EventName kRules = "rules.adopted";
inline constexpr EventName kFlagged = "record.flagged";
inline constexpr EventName kAccepted = "request.accepted";
inline constexpr EventName kRepeated = "request.repeated";
inline constexpr EventName kPaper = "request.paper";
inline constexpr EventName kMarked = "request.marked";
inline constexpr EventName kVerified = "request.verified";
inline constexpr EventName kAuthorised = "request.authorised";
inline constexpr EventName kClassified = "request.classified";
inline constexpr EventName kExtended = "request.extended";
inline constexpr EventName kDenied = "request.denied";
inline constexpr EventName kRevoked = "request.revoked";
inline constexpr EventName kAnswered = "request.answered";
inline constexpr EventName kLiftNotice = "request.lift_notice";
inline constexpr EventName kSuppressed = "request.suppressed";
inline constexpr EventName kErasureBegun = "erasure.begun";
inline constexpr EventName kRecordErasureBegun = "record_erasure.begun";
inline constexpr EventName kDeletedAtSource = "record.deleted_at_source";
inline constexpr EventName kRectificationBegun = "rectification.begun";
inline constexpr EventName kDestroyed = "request.destroyed";
inline constexpr EventName kDerived = "request.derived";
inline constexpr EventName kHandedOver = "request.handed_over";
inline constexpr EventName kClockConfirmed = "clock.confirmed";
inline constexpr EventName kOutsider = "request.outsider";
inline constexpr EventName kFound = "records.found";
inline constexpr EventName kDecided = "records.decided";
inline constexpr EventName kOrdered = "order.given";
inline constexpr EventName kLifted = "order.lifted";
inline constexpr EventName kOrderDecided = "order.decided";
inline constexpr EventName kEntityAdded = "entity.added";
inline constexpr EventName kClassAccepted = "class.accepted";
inline constexpr EventName kClassSettled = "class.settled";
inline constexpr EventName kClassSaid = "class.said";
}  // namespace type

/// Code::broken if the type or its version is not known, or the payload lacks a field.
Result<void> fold(Database& db, const Event& event);

}  // namespace litura::ledger
