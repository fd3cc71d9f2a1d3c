#include "derive/rights.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <thread>

#include "corpus/names.hpp"
#include "derive/correction.hpp"
#include "derive/custody.hpp"
#include "derive/hold.hpp"
#include "derive/node_rows.hpp"
#include "derive/outgoing.hpp"
#include "derive/quarantine.hpp"
#include "keys/rotation.hpp"
#include "ledger/findings.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/requests.hpp"

namespace litura::derive {
namespace {

using ledger::RequestKind;

/// Others look every millisecond whether the database is free.
constexpr std::chrono::milliseconds kGap{5};

/// The person was verified. Whatever has to be there before something is destroyed comes before the
/// commit: once the verification is recorded, every next command goes on.
Result<void> record_verification(Project& project, Exercised& out, std::string_view method,
                                 const BeforeDestruction& before) {
    const bool first = destroys(out.request.kind) && !out.request.verified_by;
    auto transaction = TRY(project.db.begin());
    const ledger::Request request = TRY(project.ledger().requests().verify(out.request.id, method));
    if (before && first) TRY(before(request));
    TRY(transaction.commit());
    out.request = request;
    return done();
}

ledger::Ask asked(const Ask& ask) {
    return {ask.kind, ask.person, ask.record, ask.verified_by, ask.by, ask.came, {}};
}

Result<void> keep_if_correction(Project& project, const ledger::Request& request, const Ask& ask) {
    if (request.kind != RequestKind::rectification ||
        request.state != ledger::RequestState::accepted)
        return done();
    const Digest disputed = TRY(project.corpus().row(*ask.record))->wording;
    return keep_correction(project, request, {disputed, ask.text.clone()});
}

/// Is the verification recorded after what has to come before the destruction?
bool verified_later(const Ask& ask) {
    return ask.before_destruction && destroys(ask.kind) && ask.verified_by;
}

/// Part of the caller's transaction.
Result<ledger::Request> accept(Project& project, const Ask& ask) {
    ledger::Ask wish = asked(ask);
    if (verified_later(ask)) wish.verified_by.reset();
    if (!ask.mark.empty()) wish.filing = {ask.mark, bytes_of(ask.text.reveal())};
    const ledger::Request request =
        TRY(project.ledger().requests().accept(wish, project.settings.policy.admission.purpose));
    TRY(keep_if_correction(project, request, ask));
    return request;
}

Error no_such_record() {
    return {Code::bad_input, "this person has no such record", "", "see 'litura person show'"};
}

Result<void> check_ask(Project& project, const Ask& ask) {
    if (ask.kind == RequestKind::erasure && ask.record) {
        const auto row = TRY(project.corpus().row(*ask.record));
        if (!row || row->person != ask.person) return no_such_record();
    }
    if (ask.kind != RequestKind::rectification) return done();
    if (!ask.record || ask.text.empty()) {
        return Error{Code::bad_input, "a rectification names a record and its corrected text", "",
                     "add --record R --text-file F"};
    }
    const auto row = TRY(project.corpus().row(*ask.record));
    if (!row || row->person != ask.person) return no_such_record();
    // Tried and rolled back: what cannot be carried out later is not accepted now.
    const auto trial = TRY(project.db.begin());
    const Digest corrected =
        TRY(project.corpus().rectify(*ask.record, ask.text, TRY(project.ledger().now())));
    if (corrected != row->wording) return done();
    return Error{Code::bad_input, "the corrected text says the same as the old one", "",
                 "give another text"};
}

}  // namespace

Result<Exercised> exercise(Project& project, const Ask& ask) {
    Turn turn = TRY(Turn::wait_for(project));
    TRY(check_ask(project, ask));
    Exercised out;
    auto transaction = TRY(project.db.begin());
    out.request = TRY(accept(project, ask));
    TRY(transaction.commit());
    project.env.reached("E1");
    out.old_model_stopped = Moment::clock::now();
    // Suppressed in any case; without what has to be there before, nothing is destroyed.
    const auto verified = verified_later(ask) ? record_verification(project, out, *ask.verified_by,
                                                                    ask.before_destruction)
                                              : done();
    out = TRY(carry_out(turn, std::move(out)));
    TRY(verified);
    return out;
}

Result<void> erase_together(Project& project, std::span<const Digest> persons,
                            std::string_view verified_by) {
    Turn turn = TRY(Turn::wait_for(project));
    std::vector<Exercised> all(persons.size());
    auto transaction = TRY(project.db.begin());
    for (std::size_t index = 0; index < persons.size(); ++index) {
        Ask ask;
        ask.kind = RequestKind::erasure;
        ask.person = persons[index];
        ask.verified_by = std::string(verified_by);
        all[index].request = TRY(accept(project, ask));
    }
    TRY(transaction.commit());
    project.env.reached("E1");
    return carry_out(turn, all);
}

Result<Exercised> verify_request(Project& project, std::string_view id, std::string_view method,
                                 const BeforeDestruction& before) {
    Turn turn = TRY(Turn::wait_for(project));
    Exercised out;
    out.request = TRY(project.ledger().requests().read(id));
    TRY(record_verification(project, out, method, before));
    out.old_model_stopped = Moment::clock::now();
    return carry_out(turn, std::move(out));
}

Result<Exercised> authorise_request(Project& project, std::string_view id, ByteView authority) {
    Turn turn = TRY(Turn::wait_for(project));
    Exercised out;
    out.request = TRY(project.ledger().requests().authorise(id, authority));
    out.old_model_stopped = Moment::clock::now();
    return carry_out(turn, std::move(out));
}

Result<Exercised> classify_request(Project& project, std::string_view id, const Ask& as) {
    Turn turn = TRY(Turn::wait_for(project));
    TRY(check_ask(project, as));
    Exercised out;
    auto transaction = TRY(project.db.begin());
    out.request = TRY(project.ledger().requests().classify(
        id, asked(as), project.settings.policy.admission.purpose));
    TRY(keep_if_correction(project, out.request, as));
    TRY(transaction.commit());
    out.old_model_stopped = Moment::clock::now();
    return carry_out(turn, std::move(out));
}

Result<Exercised> revoke_request(Project& project, std::string_view id, std::string_view method) {
    Turn turn = TRY(Turn::wait_for(project));
    Exercised out;
    out.request = TRY(project.ledger().requests().revoke(id, method));
    TRY(forget_corrections(project.db, project.ledger()));
    TRY(refresh_quarantine(project));
    out.suppressed = TRY(replace_model(project)).model;
    out.suppressed_at = Moment::clock::now();
    return out;
}

Result<std::optional<Derived>> leave_out_barred(Project& project) {
    Turn turn = TRY(Turn::wait_for(project));
    TRY(refresh_quarantine(project));
    return TRY(replace_model(project)).model;
}

Result<void> give_way(Project& project) {
    std::this_thread::sleep_for(kGap);
    TRY(Turn::wait_for(project));
    return done();
}

Result<void> rotate_keys(Project& project) {
    Turn turn = TRY(Turn::wait_for(project));
    TRY(check_not_a_copy(project));
    TRY(keys::prepare_rotation(project.db, project.secrets.root));
    TRY(keys::rotate(project.db, project.secrets.root));
    TRY(keys::settle_rotation(project.db, project.secrets.root));
    TRY(project.db.truncate_log());
    return anchor(turn);
}

Result<void> take_mirror(Project& project) {
    Turn turn = TRY(Turn::wait_for(project));
    return take_mirror(turn);
}

Result<Exercised> exercise_outsider(Project& project, const OutsiderAsk& ask) {
    Turn turn = TRY(Turn::wait_for(project));
    std::optional<keys::NameTag> name;
    if (!ask.name.empty()) name = TRY(corpus::name_tag(project.secrets.identity, ask.name));
    std::vector<ledger::FoundRecord> named;
    for (const Digest& record : ask.records) named.push_back({record, {}});
    Exercised out;
    auto transaction = TRY(project.db.begin());
    const ledger::Request request = TRY(project.ledger().requests().accept_outsider(
        name, project.settings.policy.admission.purpose));
    if (!named.empty())
        TRY(project.ledger().findings().bar(request.id, ledger::BarKind::name, {}, named));
    TRY(transaction.commit());
    out.request = request;
    out.old_model_stopped = Moment::clock::now();
    if (TRY(waits_for_decision(project, request))) return out;
    return carry_out(turn, std::move(out));
}

Result<Exercised> decide_found(Project& project, std::string_view id,
                               const std::vector<Digest>& bar, bool name_too) {
    Turn turn = TRY(Turn::wait_for(project));
    TRY(project.permit().check(Operation::promote));
    const ledger::Request request = TRY(project.ledger().requests().read(id));
    std::vector<ledger::FoundRecord> chosen = TRY(project.ledger().findings().of(id)).waiting;
    const std::set<Digest> wanted(bar.begin(), bar.end());
    std::erase_if(chosen, [&](const auto& each) { return !wanted.contains(each.record); });
    if (chosen.size() != wanted.size()) {
        return Error{Code::bad_input, "a record is not among those that wait", request.id,
                     "see `litura request found " + request.id + "`"};
    }
    TRY(destroying(turn, [&]() -> Result<void> {
        TRY(project.ledger().findings().decide(request.id, chosen, name_too));
        if (request.kind != RequestKind::erasure) return done();
        return mark_purging(project.db, TRY(influence_in_others(project, request)));
    }));
    Exercised out;
    out.old_model_stopped = Moment::clock::now();
    TRY(refresh_quarantine(project));
    out.suppressed = TRY(replace_model(project)).model;
    TRY(withdraw_unusable_model(project));
    TRY(finish_destruction(turn));
    TRY(project.ledger().requests().mark_suppressed(request.id));
    out.suppressed_at = Moment::clock::now();
    out.request = TRY(project.ledger().requests().read(id));
    return out;
}

Result<void> resume(Project& project) {
    auto free = TRY(Turn::if_free(project));
    if (!free) return done();
    Turn& turn = *free;
    if (!project.env.list(project.paths.store() / "tmp").empty() ||
        !TRY(purging(project.db)).empty()) {
        TRY(TRY(Store::open(project))->purge());
    }
    TRY(keys::settle_rotation(project.db, project.secrets.root));
    if (TRY(mirror_is_behind(project))) TRY(anchor(turn));
    TRY(expire_holds(project));
    TRY(remove_unfinished(project));
    std::vector<Exercised> unfinished;
    for (const ledger::Request& request : TRY(project.ledger().requests().all())) {
        const bool unsuppressed = suppresses(request) && !request.suppressed_at;
        if (!unsuppressed && !destroys_now(request)) continue;
        if (TRY(waits_for_decision(project, request))) continue;
        unfinished.emplace_back().request = request;
    }
    // Together if that can be, else each by itself, so that none has to wait for another.
    const bool outsider = std::ranges::any_of(
        unfinished, [](const Exercised& each) { return each.request.person.is_zero(); });
    if (unfinished.size() > 1 && !outsider && carry_out(turn, unfinished).ok()) return done();
    for (Exercised& each : unfinished) {
        const auto carried = carry_out(turn, std::span(&each, 1));
        if (carried.ok()) continue;
        if (carried.error().code == Code::broken) return carried.error();
        project.observer.say(each.request.id + " is not finished yet: " + carried.error().message);
    }
    return done();
}

}  // namespace litura::derive
