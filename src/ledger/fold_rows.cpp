// What each event does to the tables: one small function a type, and the list of them.
#include "ledger/fold.hpp"

#include <algorithm>
#include <span>

#include "ledger/fields.hpp"
#include "ledger/fold_classes.hpp"
#include "ledger/fold_requests.hpp"

namespace litura::ledger {
namespace {

using Fold = Result<void> (*)(Database&, const Event&, Fields&);

Result<void> created(Database&, const Event&, Fields& in) {
    in.text("clock");
    return done();
}

Result<void> account_seen(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?)"));
    insert.bind(in.digest("account"))
        .bind(in.digest("person"))
        .bind(in.digest("folded"))
        .bind(in.text("handle"));
    return insert.bind(in.text("source")).bind(event.seq).run();
}

/// What `from` was is `to` from now on, in every table that names a person.
Result<void> rename_person(Database& db, const Digest& from, const Digest& to) {
    for (const char* table : {"account", "ground", "bar", "request", "described", "exception"}) {
        auto update =
            TRY(db.prepare("UPDATE " + std::string(table) + " SET person = ? WHERE person = ?"));
        TRY(update.bind(to).bind(from).run());
    }
    return done();
}

Result<void> linked(Database& db, const Event&, Fields& in) {
    return rename_person(db, in.digest("other"), in.digest("person"));
}

Result<void> insert_ground(Database& db, const Event& event, Fields& in, Basis basis, Instant at) {
    auto insert = TRY(db.prepare("INSERT INTO ground VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(event.seq)
        .bind(in.digest("person"))
        .bind(in.digest("account"))
        .bind(in.text("source"));
    insert.bind(in.text("purpose")).bind(to_text(basis)).bind(at.ms);
    bind_if(insert, in.integer_if("until"));
    bind_if(insert, in.digest_if("notice"));
    return insert.bind(std::int64_t{in.text_if("authority").has_value()}).run();
}

/// Several may be said of one person; which counts is worked out when they are read.
Result<void> described(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare("INSERT INTO described VALUES (?, ?, ?, ?, ?)"));
    insert.bind(event.seq).bind(in.digest("person"));
    bind_if(insert, in.text_if("country"));
    bind_if(insert, in.integer_if("age"));
    return insert.bind(in.integer("at")).run();
}

Result<void> exception(Database& db, const Event& event, Fields& in, Instant at) {
    auto insert = TRY(db.prepare("INSERT INTO exception VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(event.seq)
        .bind(in.digest("person"))
        .bind(in.digest("account"))
        .bind(in.digest("record"));
    insert.bind(in.text("kind")).bind(in.text("purpose")).bind(at.ms);
    bind_if(insert, in.integer_if("until"));
    return insert.bind(std::int64_t{in.text_if("authority").has_value()}).run();
}

Result<void> act(Database& db, const Event& event, Fields& in) {
    const std::string kind = in.text("kind");
    const Instant at{in.integer("at")};
    if (kind == "consent") return insert_ground(db, event, in, Basis::consent, at);
    if (kind == "explicit_consent" || kind == "made_public") return exception(db, event, in, at);
    return insert_bar(db, event, {kind, at, in.text("purpose"), in.digest("person"), {}, {}, {}});
}

Result<void> interest(Database& db, const Event& event, Fields& in) {
    return insert_ground(db, event, in, Basis::legitimate_interest, event.at);
}

Result<void> notice(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare("INSERT INTO notice VALUES (?, ?, ?)"));
    return insert.bind(in.digest("notice")).bind(in.text("purposes")).bind(event.seq).run();
}

Result<void> served(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare("INSERT INTO served VALUES (?, ?, ?, ?)"));
    return insert.bind(event.seq)
        .bind(in.digest("notice"))
        .bind(in.text("source"))
        .bind(in.integer("at"))
        .run();
}

Result<void> document(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare(
        "INSERT INTO document VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, digest) DO UPDATE SET"
        " purpose = excluded.purpose, answers = excluded.answers, event = excluded.event"));
    insert.bind(in.text("kind")).bind(in.digest("document")).bind(in.text("purpose"));
    return insert.bind(in.text("answers")).bind(event.seq).run();
}

Result<void> rules(Database& db, const Event& event, Fields& in) {
    auto insert = TRY(db.prepare("INSERT INTO rules VALUES (?, ?, ?)"));
    return insert.bind(event.seq).bind(in.digest("rules")).bind(in.integer("valid_from")).run();
}

/// By a person who reviewed the record. It stands whoever the record's author is, and does not
/// fall.
Result<void> flagged(Database& db, const Event& event, Fields& in) {
    return insert_bar(db, event, {in.text("kind"), event.at, "", {}, in.digest("record"), {}, {}});
}

Result<void> source(Database& db, const Event& event, Fields& in) {
    auto replace = TRY(db.prepare(
        "INSERT INTO source VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET audience ="
        " excluded.audience, adults_only = excluded.adults_only, document = excluded.document,"
        " event = excluded.event"));
    replace.bind(in.text("source"))
        .bind(in.text("audience"))
        .bind(std::int64_t{in.flag("adults_only")});
    return bind_if(replace, in.digest_if("document")).bind(event.seq).run();
}

Result<void> set_in_force(Database& db, std::int64_t request) {
    auto update = TRY(db.prepare("UPDATE name SET in_force = 1 WHERE request = ?"));
    return update.bind(request).run();
}

/// `person`: whose refusal an echo follows; nobody's after an erasure.
Result<void> bar_records(Database& db, const Event& event, Fields& in) {
    const std::string kind = in.text("kind"), purpose = in.text("purpose");
    const auto person = in.digest_if("person");
    auto insert = TRY(db.prepare("INSERT INTO found VALUES (?, ?, ?, 1, ?)"));
    for (const FoundRecord& each : in.found("records")) {
        TRY(insert_bar(db, event,
                       {kind, event.at, purpose, person, each.record, each.wording, {}}));
        insert.bind(in.integer("request")).bind(each.record);
        TRY(bind_if(insert, each.wording).bind(event.seq).run());
    }
    return done();
}

Result<void> found(Database& db, const Event& event, Fields& in) {
    TRY(bar_records(db, event, in));
    const std::int64_t request = in.integer("request");
    auto insert = TRY(db.prepare("INSERT INTO found VALUES (?, ?, ?, 0, ?)"));
    const auto waiting = in.found("waiting");
    for (const FoundRecord& each : waiting) {
        insert.bind(request).bind(each.record);
        TRY(bind_if(insert, each.wording).bind(event.seq).run());
    }
    const bool by_rule = in.integer_if("searched").has_value() && waiting.empty();
    return by_rule ? set_in_force(db, request) : done();
}

Result<void> decided(Database& db, const Event& event, Fields& in) {
    const std::int64_t request = in.integer("request");
    auto settle = TRY(db.prepare("DELETE FROM found WHERE request = ? AND barred = 0"));
    TRY(settle.bind(request).run());
    if (in.flag("name_too")) TRY(set_in_force(db, request));
    return bar_records(db, event, in);
}

/// Which accounts were linked is sealed under the person's keys, which die now: it is said again,
/// so that a rebuild finds what is left of the others' requests.
Result<void> erasure_begun(Database& db, const Event& event, Fields& in) {
    const Digest person = in.digest("person");
    for (const Digest& account : in.digests("accounts")) TRY(rename_person(db, account, person));
    TRY(forget_memberships(db, person));
    for (const char* table : {"account", "ground", "bar", "described", "exception"}) {
        auto remove = TRY(db.prepare("DELETE FROM " + std::string(table) + " WHERE person = ?"));
        TRY(remove.bind(person).run());
    }
    for (const Digest& name : in.digests("names")) {
        TRY(insert_bar(db, event, {to_text(BarKind::erasure), event.at, "", {}, {}, {}, name}));
    }
    return done();
}

/// What was asked about this record is settled with it; it never comes back, whoever brings it, and
/// however its id is written.
Result<void> record_erasure_begun(Database& db, const Event& event, Fields& in) {
    const Digest record = in.digest("record");
    auto lift = TRY(db.prepare("DELETE FROM bar WHERE record = ? AND person IS NOT NULL"));
    TRY(lift.bind(record).run());
    in.digest("person");
    for (const Digest& id : in.digests_if("spellings"))
        TRY(insert_bar(db, event, {to_text(BarKind::erasure), event.at, "", {}, id, {}, {}}));
    return insert_bar(db, event, {to_text(BarKind::erasure), event.at, "", {}, record, {}, {}});
}

Result<void> rectification_begun(Database& db, const Event& event, Fields& in) {
    auto lift = TRY(
        db.prepare("DELETE FROM bar WHERE record = ? AND event = ? AND kind = 'rectification'"));
    TRY(lift.bind(in.digest("record")).bind(in.integer("bar")).run());
    std::vector<Digest> wordings = in.digests_if("spellings");
    wordings.push_back(in.digest("wording"));
    for (const Digest& wording : wordings) {
        TRY(insert_bar(db, event,
                       {to_text(BarKind::rectification),
                        event.at,
                        "",
                        in.digest("person"),
                        in.digest("record"),
                        wording,
                        {}}));
    }
    return done();
}

Result<void> deleted_at_source(Database& db, const Event& event, Fields& in) {
    const BarRow bar{to_text(BarKind::deletion), event.at, "", {}, in.digest("record"), {}, {}};
    return insert_bar(db, event, bar);
}

Result<void> ordered(Database& db, const Event& event, Fields& in) {
    auto insert =
        TRY(db.prepare("INSERT INTO \"order\" VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?)"));
    insert.bind(in.integer("order")).bind(in.text("kind")).bind(in.text("acts"));
    bind_if(insert.bind(in.text("scope")), in.digest_if("model")).bind(event.at.ms);
    return bind_if(insert, in.integer_if("until")).bind(event.seq).run();
}

Result<void> lifted(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare("UPDATE \"order\" SET lifted_ms = ? WHERE number = ?"));
    return update.bind(event.at.ms).bind(in.integer("order")).run();
}

/// A paper moves nothing.
Result<void> paper(Database&, const Event&, Fields& in) {
    in.integer("request");
    in.text("what");
    return done();
}

/// That time goes on from here is the event's own moment.
Result<void> clock_confirmed(Database&, const Event&, Fields&) { return done(); }

Result<void> order_decided(Database& db, const Event& event, Fields& in) {
    auto update = TRY(db.prepare("UPDATE \"order\" SET decided = ? WHERE number = ?"));
    return update.bind(event.seq).bind(in.integer("order")).run();
}

struct Meaning {
    std::string_view name;
    Fold fold;
};

constexpr Meaning kMeanings[] = {
    {type::kCreated, created},
    {type::kAccountSeen, account_seen},
    {type::kLinked, linked},
    {type::kDescribed, described},
    {type::kAct, act},
    {type::kInterest, interest},
    {type::kNotice, notice},
    {type::kServed, served},
    {type::kDocument, document},
    {type::kSource, source},
    {type::kRules, rules},
    {type::kFlagged, flagged},
    {type::kAccepted, accepted},
    {type::kPaper, paper},
    {type::kMarked, marked},
    {type::kRepeated, repeated},
    {type::kVerified, verified},
    {type::kAuthorised, authorised},
    {type::kClassified, classified},
    {type::kExtended, extended},
    {type::kDenied, denied},
    {type::kRevoked, revoked},
    {type::kAnswered, answered},
    {type::kLiftNotice, lift_notice},
    {type::kSuppressed, suppressed},
    {type::kErasureBegun, erasure_begun},
    {type::kRecordErasureBegun, record_erasure_begun},
    {type::kRectificationBegun, rectification_begun},
    {type::kDeletedAtSource, deleted_at_source},
    {type::kDestroyed, destroyed},
    {type::kDerived, derived},
    {type::kHandedOver, handed_over},
    {type::kClockConfirmed, clock_confirmed},
    {type::kOutsider, outsider},
    {type::kFound, found},
    {type::kDecided, decided},
    {type::kOrdered, ordered},
    {type::kLifted, lifted},
    {type::kOrderDecided, order_decided},
    {type::kEntityAdded, entity_added},
    {type::kClassAccepted, class_accepted},
    {type::kClassSettled, class_settled},
    {type::kClassSaid, class_said},
};

}  // namespace

Result<void> insert_bar(Database& db, const Event& event, const BarRow& bar) {
    auto insert = TRY(db.prepare("INSERT INTO bar VALUES (?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(event.seq).bind(bar.kind).bind(bar.at.ms).bind(bar.purpose);
    for (const auto* target : {&bar.person, &bar.record, &bar.wording, &bar.folded}) {
        bind_if(insert, *target);
    }
    return insert.run();
}

Result<void> fold(Database& db, const Event& event) {
    const std::string where = "event " + std::to_string(event.seq);
    const EventType* type = find_event_type(event.type);
    if (type == nullptr || event.version < 1 || event.version > type->version) {
        return Error{Code::broken, "an event was written by a newer Litura", where,
                     "update Litura"};
    }
    if (type->owner != Owner::ledger) return done();
    const auto meaning = std::ranges::find(kMeanings, type->name, &Meaning::name);
    CHECK(meaning != std::end(kMeanings));
    Fields fields(event.payload);
    TRY(meaning->fold(db, event, fields));
    if (!fields.ok()) return Error{Code::broken, "an event's payload lacks a field", where, ""};
    return done();
}

}  // namespace litura::ledger
