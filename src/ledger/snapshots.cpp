// The snapshot that is kept: what each event can change of it, and when it has to be made anew.
#include "ledger/snapshots.hpp"

#include <algorithm>

#include "ledger/core.hpp"
#include "ledger/fields.hpp"
#include "ledger/schema.hpp"
#include "ledger/snapshot_rows.hpp"

namespace litura::ledger {
namespace {

/// To follow an event costs about as much as to read ten accounts; after more events than that pays
/// for, everything is read again.
Sequence refresh_max(const Snapshot& kept) {
    constexpr Sequence kAlways = 64, kNever = 10'000, kAccounts = 10;
    return std::clamp<Sequence>(kept.accounts.size() / kAccounts, kAlways, kNever);
}

/// What of a snapshot an event of a type can change.
/// `persons`: the persons and records that it names, and what there is of the whole project.
enum class Reach { nothing, persons, classes, everything };

Reach reach_of(std::string_view name) {
    const EventType* type = find_event_type(name);
    if (type == nullptr) return Reach::everything;
    if (type->owner != Owner::ledger) return Reach::nothing;
    constexpr std::pair<EventName, Reach> kReach[] = {
        {type::kAccountSeen, Reach::persons},
        {type::kLinked, Reach::persons},
        {type::kDescribed, Reach::persons},
        {type::kAct, Reach::persons},
        {type::kInterest, Reach::persons},
        {type::kFlagged, Reach::persons},
        {type::kDeletedAtSource, Reach::persons},
        {type::kAccepted, Reach::persons},
        {type::kClassified, Reach::persons},
        {type::kRepeated, Reach::persons},
        {type::kErasureBegun, Reach::classes},
        {type::kRecordErasureBegun, Reach::persons},
        {type::kRectificationBegun, Reach::persons},
        {type::kFound, Reach::persons},
        {type::kDecided, Reach::persons},
        {type::kOutsider, Reach::persons},
        {type::kServed, Reach::persons},
        {type::kDocument, Reach::persons},
        {type::kSource, Reach::persons},
        {type::kOrdered, Reach::persons},
        {type::kLifted, Reach::persons},
        {type::kClassAccepted, Reach::classes},
        {type::kClassSettled, Reach::classes},
        {type::kClassSaid, Reach::classes},
        {type::kCreated, Reach::everything},
        {type::kRules, Reach::everything},
        {type::kAuthorised, Reach::everything},
        {type::kRevoked, Reach::everything},
    };
    const auto found = std::ranges::find(
        kReach, type->name, [](const auto& each) { return std::string_view(each.first); });
    return found == std::end(kReach) ? Reach::nothing : found->second;
}

void add(Touched& into, Reach reach, const Json& payload) {
    Fields in(payload);
    for (const char* name : {"person", "other"})
        if (const auto person = in.digest_if(name)) into.persons.insert(*person);
    if (const auto record = in.digest_if("record")) into.keys.insert(*record);
    for (const char* name : {"names", "spellings"})
        for (const Digest& key : in.digests_if(name)) into.keys.insert(key);
    if (reach == Reach::classes && payload.contains("names"))
        for (const Digest& account : in.digests("accounts")) into.gone.insert(account);
    if (payload.contains("records"))
        for (const FoundRecord& each : in.found("records")) into.keys.insert(each.record);
    into.classes = into.classes || reach == Reach::classes;
}

}  // namespace

// By its hash: an event that was taken back with its transaction leaves its number to another.
Result<std::shared_ptr<const Snapshot>> Snapshots::latest() {
    const ReadView one_state = TRY(core_->db->read());
    const Head head = TRY(core_->chain.head());
    std::shared_ptr<Snapshot>& kept = core_->kept;
    if (kept != nullptr && core_->kept_head.hash == head.hash)
        return std::shared_ptr<const Snapshot>(kept);
    if (kept == nullptr || !TRY(bring_up_to_date(head))) {
        kept.reset();
        auto rules = TRY(core_->adopted(*core_->db));
        kept =
            std::make_shared<Snapshot>(TRY(load_snapshot(*core_->db, head.seq, std::move(rules))));
    }
    core_->kept_head = head;
    return std::shared_ptr<const Snapshot>(kept);
}

Result<bool> Snapshots::bring_up_to_date(const Head& head) {
    const Head& from = core_->kept_head;
    if (from.seq > head.seq || head.seq - from.seq > refresh_max(*core_->kept) ||
        !std::ranges::equal(TRY(core_->chain.read(from.seq)).hash, from.hash.view()))
        return false;
    Touched touched;
    for (Sequence seq = from.seq + 1; seq <= head.seq; ++seq) {
        const StoredEvent stored = TRY(core_->chain.read(seq));
        const Reach reach = reach_of(stored.type);
        if (reach == Reach::nothing) continue;
        if (reach == Reach::everything) return false;
        const auto event = core_->chain.event(seq);
        if (!event && stored.person) return false;  // of somebody who was erased since
        if (!event) return event.error();
        add(touched, reach, event.value().payload);
    }
    std::shared_ptr<Snapshot>& kept = core_->kept;
    if (kept.use_count() > 1) kept = std::make_shared<Snapshot>(*kept);
    if (auto refreshed = refresh(*core_->db, touched, *kept); !refreshed) {
        kept.reset();
        return refreshed.error();
    }
    kept->sequence = head.seq;
    return true;
}

Result<Snapshot> Snapshots::of(const Digest& person, std::span<const Digest> records) {
    const ReadView one_state = TRY(core_->db->read());
    auto rules = TRY(core_->adopted(*core_->db));
    return load_snapshot_of(*core_->db, {person}, {records.begin(), records.end()},
                            TRY(core_->chain.head()).seq, std::move(rules));
}

Result<Snapshot> Snapshots::at(Sequence sequence) {
    const ReadView one_state = TRY(core_->db->read());
    auto then = TRY(Database::in_memory());
    TRY(then.execute(kFoldSchema));
    TRY(core_->fold_into(then, sequence));
    auto rules = TRY(core_->adopted(then));
    return load_snapshot(then, sequence, std::move(rules));
}

// New rules need no event to come into force. What a harmless event of an act may be is a bar.
Result<bool> Snapshots::forbade_since(Sequence since) {
    if (TRY(last_bar(*core_->db)) > since) return true;
    if (TRY(rules_since(*core_->db, since, TRY(core_->now())))) return true;
    for (const std::string& name : TRY(core_->chain.types_since(since))) {
        const EventType* type = find_event_type(name);
        if (type == nullptr || type->effect == Effect::may_forbid) return true;
    }
    return false;
}

}  // namespace litura::ledger
