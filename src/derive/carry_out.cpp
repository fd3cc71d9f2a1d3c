#include "derive/carry_out.hpp"

#include "derive/correction.hpp"
#include "derive/custody.hpp"
#include "derive/hold.hpp"
#include "derive/measure.hpp"
#include "derive/node_rows.hpp"
#include "derive/quarantine.hpp"
#include "derive/report.hpp"
#include "keys/rotation.hpp"
#include "ledger/findings.hpp"
#include "ledger/persons.hpp"
#include "ledger/request_kind.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"

namespace litura::derive {
namespace {

using ledger::RequestKind;

/// Requests that are carried out together: one search, one model, one destruction.
using Batch = std::vector<Exercised*>;

/// False under a stop order.
Result<bool> replace_model_of(Project& project, const Batch& batch) {
    const auto replaced = TRY(replace_model(project));
    for (Exercised* each : batch) each->suppressed = replaced.model;
    return replaced.done;
}

Result<Taken> take_person(Project& project, const ledger::Request& request) {
    Taken taken;
    std::vector<Influence> influence = TRY(influence_in_others(project, request));
    for (const corpus::RecordRow& row : TRY(project.corpus().rows_of(request.person))) {
        influence.push_back({row.record, {}});
        TRY(forget_count(project.db, row.record));
    }
    TRY(mark_purging(project.db, influence));
    for (const ledger::Account& account : TRY(project.ledger().persons().of(request.person))) {
        ++taken.accounts;
        taken.events += TRY(project.ledger().persons().events_under(account.tag));
    }
    taken.records = TRY(project.corpus().erase(request.person));
    TRY(project.ledger().requests().begin_erasure(request.id));
    return taken;
}

Result<Taken> take_record(Project& project, const ledger::Request& request) {
    std::vector<Influence> influence = TRY(influence_in_others(project, request));
    influence.push_back({*request.record, {}});
    TRY(mark_purging(project.db, influence));
    TRY(forget_count(project.db, *request.record));
    const auto spellings = TRY(project.corpus().spellings(project.ledger(), *request.record));
    TRY(project.corpus().erase_record(*request.record));
    TRY(project.ledger().requests().begin_erasure(request.id, spellings.id));
    Taken taken;
    taken.records = 1;
    return taken;
}

Result<Taken> take_wording(Project& project, const ledger::Request& request) {
    const auto correction = TRY(kept_correction(project, request));
    CHECK(correction && request.record);
    const auto now_held = TRY(project.corpus().row(*request.record));
    auto spellings = TRY(project.corpus().spellings(project.ledger(), *request.record));
    if (!now_held || !ledger::is_worded(now_held->facts(), correction->disputed))
        spellings.wording.clear();
    const Digest corrected = TRY(
        project.corpus().rectify(*request.record, correction->text, TRY(project.ledger().now())));
    TRY(mark_purging(project.db, {{*request.record, corrected}}));
    TRY(forget_count(project.db, *request.record));
    TRY(project.ledger().requests().begin_rectification(request.id, correction->disputed,
                                                        spellings.wording));
    TRY(project.corpus().bar_names(project.ledger(),
                                   TRY(project.ledger().snapshots().of(request.person, {})),
                                   *request.record));
    Taken taken;
    taken.wordings = 1;
    return taken;
}

Result<Taken> take(Project& project, const ledger::Request& request) {
    if (request.kind == RequestKind::rectification) return take_wording(project, request);
    return request.record ? take_record(project, request) : take_person(project, request);
}

/// Has the transaction of destroying() been committed?
Result<bool> destruction_begun(Project& project, const ledger::Request& request) {
    if (request.kind == RequestKind::rectification)
        return !TRY(kept_correction(project, request)).has_value();
    if (request.record) return !TRY(project.corpus().row(*request.record)).has_value();
    return !TRY(project.keys().find(request.person)).has_value();
}

/// Other people's records that hold the persons' words, or the name, leave the model too.
Result<bool> follow_into_others(Turn& turn, const Batch& batch) {
    if (batch.empty()) return true;
    Project& project = turn.project();
    std::vector<ledger::Request> requests;
    for (const Exercised* each : batch) requests.push_back(each->request);
    std::vector<InOthers> found = TRY(bar_in_others(turn, requests));
    bool any = false;
    for (std::size_t index = 0; index < batch.size(); ++index) {
        any = any || !found[index].found.barred.empty();
        batch[index]->others = std::move(found[index]);
    }
    project.env.reached("E3");
    if (!any) return true;
    TRY(refresh_quarantine(project));
    return replace_model_of(project, batch);
}

/// Takes what dies, and keeps for each request what it was.
Result<void> take_and_report(Project& project, const Batch& batch) {
    std::vector<Taken> taken;
    for (const Exercised* each : batch) taken.push_back(TRY(take(project, each->request)));
    const std::size_t nodes = TRY(purging(project.db)).size();
    TRY(forget_corrections(project.db, project.ledger()));
    for (std::size_t index = 0; index < batch.size(); ++index) {
        taken[index].nodes = nodes;
        taken[index].in_others = batch[index]->others;
        TRY(keep_report(project, batch[index]->request, taken[index]));
    }
    return done();
}

/// What of the batch is still to be destroyed. Another process may have been at it meanwhile.
Result<Batch> not_begun(Project& project, const Batch& batch) {
    Batch living;
    for (Exercised* each : batch) {
        if (!TRY(destruction_begun(project, each->request))) living.push_back(each);
    }
    return living;
}

Result<void> destroy(Turn& turn, const Batch& batch) {
    Project& project = turn.project();
    Batch searching = TRY(not_begun(project, batch));
    std::erase_if(searching,
                  [](const Exercised* each) { return !ledger::takes_words(each->request.kind); });
    TRY(follow_into_others(turn, searching));
    const Batch living = TRY(not_begun(project, batch));
    TRY(withdraw_unusable_model(project));
    if (!living.empty()) {
        for (const Exercised* each : living) TRY(seal_to_holds(project, each->request));
        TRY(destroying(turn, [&] { return take_and_report(project, living); }));
    }
    TRY(finish_destruction(turn));
    project.env.reached("E5b");
    auto transaction = TRY(project.db.begin());
    for (const Exercised* each : batch)
        TRY(project.ledger().requests().mark_destroyed(each->request.id));
    TRY(transaction.commit());
    project.env.reached("E6");
    return done();
}

/// The model without the persons, and where the right reaches them without the records of others
/// that hold their words. An erasure reaches those once it is verified, so that nobody's records
/// are searched on a claim alone.
Result<void> take_out(Turn& turn, const Batch& batch) {
    Project& project = turn.project();
    Batch holding, searching;
    for (Exercised* each : batch) {
        const ledger::Request& request = each->request;
        if (!request.person.is_zero()) holding.push_back(each);  // an outsider has no record here
        if (!request.suppressed_at && ledger::takes_words(request.kind) &&
            request.kind != RequestKind::erasure)
            searching.push_back(each);
    }
    if (!holding.empty() && !TRY(replace_model_of(project, holding))) return done();
    if (!TRY(follow_into_others(turn, searching))) return done();
    auto transaction = TRY(project.db.begin());
    for (const Exercised* each : batch) {
        if (TRY(waits_for_decision(project, each->request))) continue;
        TRY(project.ledger().requests().mark_suppressed(each->request.id));
    }
    return transaction.commit();
}

}  // namespace

bool suppresses(const ledger::Request& request) {
    return request.kind != RequestKind::question && !ledger::discloses(request.kind) &&
           request.authorised && request.state != ledger::RequestState::revoked;
}

Result<bool> waits_for_decision(Project& project, const ledger::Request& request) {
    return request.person.is_zero() &&
           !TRY(project.ledger().findings().of(request.id)).waiting.empty();
}

bool destroys_now(const ledger::Request& request) {
    return destroys(request.kind) && request.verified_by && !request.destroyed_at &&
           !is_closed(request);
}

Result<void> withdraw_unusable_model(Project& project) {
    const auto visible = TRY(visible_model(project.db));
    if (!visible) return done();
    if (TRY(usable_as_it_is(project, *visible))) return done();
    TRY(withdraw_visible_model(project.db));
    return project.env.remove(model_folder(project, visible->model));
}

Result<Replaced> replace_model(Project& project) {
    if (!TRY(visible_model(project.db))) return Replaced{true, {}};
    for (const Operation act : {Operation::write, Operation::promote}) {
        if (!project.permit().check(act).ok()) return Replaced{false, {}};
    }
    Derived model = TRY(suppress(project));
    return Replaced{true, std::move(model)};
}

Result<void> destroying(Turn& turn, const std::function<Result<void>()>& take) {
    Project& project = turn.project();
    TRY(check_not_a_copy(project));
    TRY(keys::prepare_rotation(project.db, project.secrets.root));
    project.env.reached("E4a");
    auto transaction = TRY(project.db.begin());
    TRY(take());
    for (const Key& node : TRY(purging(project.db)))
        TRY(project.keys().destroy(node, keys::KeyKind::node));
    TRY(keys::rotate(project.db, project.secrets.root));
    TRY(transaction.commit());
    project.env.reached("E4b");
    return done();
}

Result<void> finish_destruction(Turn& turn) {
    Project& project = turn.project();
    TRY(keys::settle_rotation(project.db, project.secrets.root));
    project.env.reached("E4c");
    TRY(anchor(turn));
    project.env.reached("E4d");
    TRY(TRY(Store::open(project))->purge());
    project.env.reached("E5a");
    TRY(remove_invisible_models(project));
    return project.db.truncate_log();
}

Result<void> carry_out(Turn& turn, std::span<Exercised> all) {
    Project& project = turn.project();
    TRY(refresh_quarantine(project));
    Batch suppressed, destroyed;
    for (Exercised& each : all) {
        if (suppresses(each.request)) suppressed.push_back(&each);
        if (destroys_now(each.request)) destroyed.push_back(&each);
    }
    if (!suppressed.empty()) {
        TRY(take_out(turn, suppressed));
        project.env.reached("E2");
        for (Exercised* each : suppressed) each->suppressed_at = Moment::clock::now();
    }
    if (!destroyed.empty()) TRY(destroy(turn, destroyed));
    for (Exercised& each : all)
        each.request = TRY(project.ledger().requests().read(each.request.id));
    return done();
}

Result<Exercised> carry_out(Turn& turn, Exercised one) {
    TRY(carry_out(turn, std::span(&one, 1)));
    return one;
}

}  // namespace litura::derive
