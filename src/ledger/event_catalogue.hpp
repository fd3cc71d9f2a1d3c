// Every type of event that there is: what it is called, which part writes it, in which version,
// under whose key its payload is sealed, and whether it can take away what was admitted before.
// Append, folds, readers and `forbade_since` ask here; a name that is not here does not compile,
// and an event of such a name is an error when it is read. A type is never removed and never
// changes its meaning: it gets a higher version, and its fold goes on reading the lower ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace litura::ledger {

/// The part that writes events of a type. Only the ledger's own have folds.
enum class Owner { ledger, corpus, derive, release, service };

/// May something that was admitted before an event be refused because of it? Bars are looked up by
/// themselves, so what does nothing but add one counts as harmless here. In doubt: may_forbid.
enum class Effect { may_forbid, harmless };

/// Under an account's key a payload dies with the person; all others are the project's.
enum class Seal { project, account };

struct EventType {
    std::string_view name;
    Owner owner = Owner::ledger;
    Effect effect = Effect::may_forbid;
    Seal seal = Seal::project;
    std::int64_t version = 2;  ///< in which it is written now; 1: see StoredEvent::is_bound
};

inline constexpr EventType kEventTypes[] = {
    {"project.created", Owner::ledger, Effect::may_forbid},
    {"account.seen", Owner::ledger, Effect::harmless, Seal::account},
    {"person.linked", Owner::ledger, Effect::may_forbid, Seal::account},
    {"person.described", Owner::ledger, Effect::may_forbid, Seal::account},
    {"act.recorded", Owner::ledger, Effect::harmless, Seal::account},
    {"interest.claimed", Owner::ledger, Effect::harmless, Seal::account},
    {"notice.added", Owner::ledger, Effect::harmless},
    {"notice.served", Owner::ledger, Effect::may_forbid},
    {"document.added", Owner::ledger, Effect::may_forbid},
    {"source.declared", Owner::ledger, Effect::may_forbid},
    {"rules.adopted", Owner::ledger, Effect::may_forbid},
    {"record.flagged", Owner::ledger, Effect::may_forbid},
    {"record.deleted_at_source", Owner::ledger, Effect::may_forbid},
    {"request.accepted", Owner::ledger, Effect::may_forbid, Seal::project, 3},
    {"request.outsider", Owner::ledger, Effect::may_forbid},
    {"request.classified", Owner::ledger, Effect::may_forbid},
    {"request.authorised", Owner::ledger, Effect::may_forbid},
    {"request.repeated", Owner::ledger, Effect::may_forbid},
    {"request.revoked", Owner::ledger, Effect::may_forbid},
    {"request.denied", Owner::ledger, Effect::may_forbid},
    {"request.paper", Owner::ledger, Effect::harmless},
    {"request.marked", Owner::ledger, Effect::harmless},
    {"request.verified", Owner::ledger, Effect::harmless, Seal::project, 3},
    {"request.extended", Owner::ledger, Effect::harmless},
    {"request.answered", Owner::ledger, Effect::harmless},
    {"request.lift_notice", Owner::ledger, Effect::harmless},
    {"request.suppressed", Owner::ledger, Effect::harmless},
    {"request.destroyed", Owner::ledger, Effect::harmless},
    {"request.derived", Owner::ledger, Effect::harmless},
    {"request.handed_over", Owner::ledger, Effect::harmless},
    {"clock.confirmed", Owner::ledger, Effect::harmless},
    {"erasure.begun", Owner::ledger, Effect::may_forbid},
    {"record_erasure.begun", Owner::ledger, Effect::may_forbid},
    {"rectification.begun", Owner::ledger, Effect::may_forbid, Seal::account},
    {"records.found", Owner::ledger, Effect::may_forbid},
    {"records.decided", Owner::ledger, Effect::may_forbid},
    {"order.given", Owner::ledger, Effect::may_forbid},
    {"order.lifted", Owner::ledger, Effect::may_forbid},
    {"order.decided", Owner::ledger, Effect::harmless},
    {"entity.added", Owner::ledger, Effect::harmless},
    {"class.accepted", Owner::ledger, Effect::may_forbid},
    {"class.settled", Owner::ledger, Effect::harmless},
    {"class.said", Owner::ledger, Effect::may_forbid},

    {"record.replaced", Owner::corpus, Effect::may_forbid},

    {"deal_secret.given", Owner::derive, Effect::harmless},
    {"deal_secret.taken_over", Owner::derive, Effect::harmless},
    {"derivation.stopped", Owner::derive, Effect::harmless},
    {"hold.sealed", Owner::derive, Effect::harmless},
    {"hold.expired", Owner::derive, Effect::harmless},
    {"model.visible", Owner::derive, Effect::harmless},
    {"project.backed_up", Owner::derive, Effect::harmless},
    {"project.restored", Owner::derive, Effect::may_forbid},

    {"channel.begun", Owner::release, Effect::harmless},
    {"channel.signed", Owner::release, Effect::harmless},
    {"recall.answered", Owner::release, Effect::harmless},
    {"recall.notified", Owner::release, Effect::harmless},
    {"recipient.added", Owner::release, Effect::harmless},
    {"recipient.removed", Owner::release, Effect::harmless},
    {"recipient.supplied", Owner::release, Effect::harmless},
    {"release.audited", Owner::release, Effect::harmless},
    {"release.counted", Owner::release, Effect::harmless},
    {"release.published", Owner::release, Effect::harmless},
    {"release.recalled", Owner::release, Effect::harmless},
    {"release.superseded", Owner::release, Effect::harmless},
    {"statement.attested", Owner::release, Effect::harmless},
    {"statement.made", Owner::release, Effect::harmless},

    {"act.refused", Owner::service, Effect::harmless},
    {"claim.examined", Owner::service, Effect::harmless},
    {"import.done", Owner::service, Effect::harmless},
    {"model.exported", Owner::service, Effect::harmless},
    {"records.looked_through", Owner::service, Effect::harmless},
    {"request.refused", Owner::service, Effect::harmless},
};

/// Nothing for a name that is no type.
constexpr const EventType* find_event_type(std::string_view name) {
    const auto found = std::ranges::find(kEventTypes, name, &EventType::name);
    return found == std::end(kEventTypes) ? nullptr : found;
}

/// The name of a type of the catalogue; another one does not compile.
class EventName {
public:
    // Not explicit: a call names its type as a literal.
    consteval EventName(const char* name) : type_(find_event_type(name)) {
        if (type_ == nullptr) throw "the catalogue has no such type of event";
    }
    constexpr operator std::string_view() const { return type_->name; }
    constexpr const EventType& type() const { return *type_; }
    friend constexpr bool operator==(std::string_view text, const EventName& name) {
        return text == name.type_->name;
    }

private:
    const EventType* type_;
};

}  // namespace litura::ledger
