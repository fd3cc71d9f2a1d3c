// What an event means: the one function by which events become tables. It is a function of the
// database and the event alone, used when an event is appended and when verify_chain rebuilds, so
// the two cannot drift apart.
#pragma once

#include "ledger/event.hpp"

namespace litura::ledger {

/// Types of the ledger's own events. Every other type is a note of a part above and changes
/// no table.
namespace type {
inline constexpr std::string_view kCreated = "project.created";
inline constexpr std::string_view kAccountSeen = "account.seen";
inline constexpr std::string_view kLinked = "person.linked";
inline constexpr std::string_view kDescribed = "person.described";
inline constexpr std::string_view kAct = "act.recorded";
inline constexpr std::string_view kInterest = "interest.claimed";
inline constexpr std::string_view kNotice = "notice.added";
inline constexpr std::string_view kServed = "notice.served";
inline constexpr std::string_view kDocument = "document.added";
inline constexpr std::string_view kSource = "source.declared";
inline constexpr std::string_view kRules = "rules.adopted";
inline constexpr std::string_view kFlagged = "record.flagged";
inline constexpr std::string_view kAccepted = "request.accepted";
inline constexpr std::string_view kRepeated = "request.repeated";
inline constexpr std::string_view kPaper = "request.paper";
inline constexpr std::string_view kMarked = "request.marked";
inline constexpr std::string_view kVerified = "request.verified";
inline constexpr std::string_view kAuthorised = "request.authorised";
inline constexpr std::string_view kClassified = "request.classified";
inline constexpr std::string_view kExtended = "request.extended";
inline constexpr std::string_view kDenied = "request.denied";
inline constexpr std::string_view kRevoked = "request.revoked";
inline constexpr std::string_view kAnswered = "request.answered";
inline constexpr std::string_view kLiftNotice = "request.lift_notice";
inline constexpr std::string_view kSuppressed = "request.suppressed";
inline constexpr std::string_view kErasureBegun = "erasure.begun";
inline constexpr std::string_view kRecordErasureBegun = "record_erasure.begun";
inline constexpr std::string_view kDeletedAtSource = "record.deleted_at_source";
inline constexpr std::string_view kRectificationBegun = "rectification.begun";
inline constexpr std::string_view kDestroyed = "request.destroyed";
inline constexpr std::string_view kDerived = "request.derived";
inline constexpr std::string_view kOutsider = "request.outsider";
inline constexpr std::string_view kFound = "records.found";
inline constexpr std::string_view kDecided = "records.decided";
inline constexpr std::string_view kOrdered = "order.given";
inline constexpr std::string_view kLifted = "order.lifted";
inline constexpr std::string_view kOrderDecided = "order.decided";
inline constexpr std::string_view kEntityAdded = "entity.added";
inline constexpr std::string_view kClassAccepted = "class.accepted";
inline constexpr std::string_view kClassSettled = "class.settled";
inline constexpr std::string_view kClassSaid = "class.said";
}  // namespace type

/// Is `name` the type of an event that fold() gives a meaning to?
bool is_own_type(std::string_view name);

/// Code::broken if the payload lacks a field or its version is not known.
Result<void> fold(Database& db, const Event& event);

}  // namespace litura::ledger
