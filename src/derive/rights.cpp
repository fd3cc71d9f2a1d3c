// The steps of a request, each idempotent, and their resumption.
#include "derive/rights.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <thread>

#include "base/progress.hpp"
#include "corpus/names.hpp"
#include "derive/custody.hpp"
#include "derive/hold.hpp"
#include "derive/measure.hpp"
#include "derive/node_index.hpp"
#include "derive/quarantine.hpp"
#include "derive/report.hpp"
#include "keys/rotation.hpp"
#include "keys/sealing.hpp"

namespace litura::derive {
namespace {

using ledger::RequestKind;

/// What a rectification keeps between acceptance and verification, sealed under the person's key.
struct Correction {
    Digest disputed;  ///< the wording of which the person said that it is wrong
    PersonalText text;
};

/// Others look every millisecond whether the database is free.
constexpr std::chrono::milliseconds kGap{5};

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS pending_text (request TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
)";

double ms_since(Started started) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
        .count();
}

Result<void> keep(Project& project, const ledger::Request& request, const Correction& correction) {
    const SecretKey key = TRY(project.keys().get_or_create(request.person));
    ByteWriter plain;
    plain.text(correction.text.reveal());
    plain.raw(correction.disputed.view());
    Bytes bytes = plain.take();
    auto insert = TRY(
        project.db.prepare("INSERT OR REPLACE INTO pending_text (request, sealed) VALUES (?, ?)"));
    insert.bind(request.id).bind(keys::seal(key, bytes, bytes_of(request.id)));
    wipe(bytes.data(), bytes.size());
    return insert.run();
}

Result<std::optional<Correction>> kept(Project& project, const ledger::Request& request) {
    auto select = TRY(project.db.prepare("SELECT sealed FROM pending_text WHERE request = ?"));
    select.bind(request.id);
    if (!TRY(select.step())) return std::optional<Correction>();
    const auto key = TRY(project.keys().find(request.person));
    if (!key) return std::optional<Correction>();
    Bytes bytes = TRY(keys::unseal(*key, select.blob(0), bytes_of(request.id)));
    ByteReader in(bytes);
    std::optional<Correction> correction(std::in_place);
    correction->text = PersonalText(in.text());
    correction->disputed = read_digest(in);
    wipe(bytes.data(), bytes.size());
    return correction;
}

/// A model that holds someone who left, and could not be replaced, is no model: fail closed.
Result<void> withdraw_unusable_model(Project& project) {
    const auto visible = TRY(visible_model(project.db));
    if (!visible) return done();
    if (TRY(usable_as_it_is(project, *visible))) return done();
    TRY(withdraw_visible_model(project.db));
    return project.env.remove(model_folder(project, visible->model));
}

Result<Taken> take_person(Project& project, const ledger::Request& request) {
    Taken taken;
    std::vector<Influence> influence = TRY(influence_in_others(project, request));
    for (const corpus::RecordRow& row : TRY(project.corpus().rows_of(request.person))) {
        influence.push_back({row.record, {}});
        TRY(forget_count(project.db, row.record));
    }
    TRY(mark_purging(project.db, influence));
    for (const ledger::Account& account : TRY(project.ledger().accounts_of(request.person))) {
        ++taken.accounts;
        taken.events += TRY(project.ledger().events_under(account.tag));
    }
    taken.records = TRY(project.corpus().erase(request.person));
    TRY(project.ledger().begin_erasure(request.id));
    return taken;
}

Result<Taken> take_record(Project& project, const ledger::Request& request) {
    std::vector<Influence> influence = TRY(influence_in_others(project, request));
    influence.push_back({*request.record, {}});
    TRY(mark_purging(project.db, influence));
    TRY(forget_count(project.db, *request.record));
    TRY(project.corpus().erase_record(*request.record));
    TRY(project.ledger().begin_erasure(request.id));
    Taken taken;
    taken.records = 1;
    return taken;
}

Result<Taken> take_wording(Project& project, const ledger::Request& request) {
    const auto correction = TRY(kept(project, request));
    CHECK(correction && request.record);
    const Digest corrected = TRY(
        project.corpus().rectify(*request.record, correction->text, TRY(project.ledger().now())));
    TRY(mark_purging(project.db, {{*request.record, corrected}}));
    TRY(forget_count(project.db, *request.record));
    TRY(project.ledger().begin_rectification(request.id, correction->disputed));
    TRY(project.corpus().bar_names(
        project.ledger(), TRY(project.ledger().snapshot_of(request.person, {})), *request.record));
    Taken taken;
    taken.wordings = 1;
    return taken;
}

Result<Taken> take(Project& project, const ledger::Request& request) {
    if (request.kind == RequestKind::rectification) return take_wording(project, request);
    return request.record ? take_record(project, request) : take_person(project, request);
}

/// Corrections that nobody waits for any more: taken, denied, or overtaken by an erasure.
Result<void> forget_corrections(Database& db) {
    return db.execute(
        "DELETE FROM pending_text WHERE request NOT IN (SELECT 'q-' || number FROM request"
        " LEFT JOIN bar ON bar.event = request.event"
        " WHERE state = 'accepted' AND (bar.event IS NOT NULL OR authorised = 0))");
}

/// Everything that dies goes in one transaction with the rotation of what lives: `take` removes
/// rows and keys and marks nodes. From its commit on the next command finishes, whatever happens.
template <typename Take>
Result<void> destroying(Project& project, Take take) {
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

/// Has the transaction of destroying() been committed?
Result<bool> destruction_begun(Project& project, const ledger::Request& request) {
    if (request.kind == RequestKind::rectification) return !TRY(kept(project, request)).has_value();
    if (request.record) return !TRY(project.corpus().row(*request.record)).has_value();
    return !TRY(project.keys().find(request.person)).has_value();
}

/// Requests that are carried out together: one search, one model, one destruction.
using Batch = std::vector<Exercised*>;

/// Under a stop order no model may be made; none is served either, so the requests only wait for
/// its replacement: false.
Result<bool> replace_model(Project& project, const Batch& batch) {
    if (!TRY(visible_model(project.db))) return true;
    for (const Act act : {Act::write, Act::promote}) {
        if (!project.permit().check(act).ok()) return false;
    }
    const Derived made = TRY(suppress(project));
    for (Exercised* each : batch) each->suppressed = made;
    return true;
}

/// Other people's records that hold the persons' words, or the name, leave the model too.
Result<bool> follow_into_others(Project& project, const Batch& batch) {
    if (batch.empty()) return true;
    std::vector<ledger::Request> requests;
    for (const Exercised* each : batch) requests.push_back(each->request);
    std::vector<InOthers> found = TRY(bar_in_others(project, requests));
    bool any = false;
    for (std::size_t index = 0; index < batch.size(); ++index) {
        any = any || !found[index].found.barred.empty();
        batch[index]->others = std::move(found[index]);
    }
    project.env.reached("E3");
    if (!any) return true;
    TRY(refresh_quarantine(project));
    return replace_model(project, batch);
}

/// After the commit of what dies: until nothing on disk can be opened any more.
Result<void> finish_destruction(Project& project) {
    TRY(keys::settle_rotation(project.db, project.secrets.root));
    project.env.reached("E4c");
    TRY(anchor(project));
    project.env.reached("E4d");
    TRY(TRY(Store::open(project))->purge());
    project.env.reached("E5a");
    TRY(remove_invisible_models(project));
    return project.db.truncate_log();
}

/// Takes what dies, and keeps for each request what it was.
Result<void> take_and_report(Project& project, const Batch& batch) {
    std::vector<Taken> taken;
    for (const Exercised* each : batch) taken.push_back(TRY(take(project, each->request)));
    const std::size_t nodes = TRY(purging(project.db)).size();
    TRY(forget_corrections(project.db));
    for (std::size_t index = 0; index < batch.size(); ++index) {
        taken[index].nodes = nodes;
        taken[index].in_others = batch[index]->others;
        TRY(keep_report(project, batch[index]->request, taken[index]));
    }
    return done();
}

Result<void> destroy(Project& project, const Batch& batch) {
    Batch living, searching;  // what is still to be destroyed; whose words stand elsewhere
    for (Exercised* each : batch) {
        if (TRY(destruction_begun(project, each->request))) continue;
        living.push_back(each);
        if (takes_words_along(each->request.kind)) searching.push_back(each);
    }
    TRY(follow_into_others(project, searching));
    TRY(withdraw_unusable_model(project));
    if (!living.empty()) {
        for (const Exercised* each : living) TRY(seal_to_holds(project, each->request));
        TRY(destroying(project, [&] { return take_and_report(project, living); }));
    }
    TRY(finish_destruction(project));
    project.env.reached("E5b");
    for (const Exercised* each : batch) TRY(project.ledger().mark_destroyed(each->request.id));
    project.env.reached("E6");
    return done();
}

bool destroys(RequestKind kind) {
    return kind == RequestKind::erasure || kind == RequestKind::rectification;
}

/// Does it take anybody out of the model? Not what only asks, nor what waits for somebody's
/// authority, nor what was taken back.
bool suppresses(const ledger::Request& request) {
    return request.kind != RequestKind::question && !ledger::discloses(request.kind) &&
           request.authorised && request.state != ledger::RequestState::revoked;
}

/// Does a person have to decide before anything is taken out?
Result<bool> waits_for_decision(Project& project, const ledger::Request& request) {
    return request.person.is_zero() && !TRY(project.ledger().found(request.id)).waiting.empty();
}

/// The model without the persons, and where the right reaches them without the records of others
/// that hold their words. An erasure reaches those once it is verified, so that nobody's records
/// are searched on a claim alone.
Result<void> take_out(Project& project, const Batch& batch) {
    Batch holding, searching;
    for (Exercised* each : batch) {
        const ledger::Request& request = each->request;
        if (!request.person.is_zero()) holding.push_back(each);  // an outsider has no record here
        if (!request.suppressed_at && takes_words_along(request.kind) &&
            request.kind != RequestKind::erasure)
            searching.push_back(each);
    }
    if (!holding.empty() && !TRY(replace_model(project, holding))) return done();
    if (!TRY(follow_into_others(project, searching))) return done();
    for (const Exercised* each : batch) {
        if (TRY(waits_for_decision(project, each->request))) continue;
        TRY(project.ledger().mark_suppressed(each->request.id));
    }
    return done();
}

bool destroys_now(const ledger::Request& request) {
    return destroys(request.kind) && request.verified_by && !request.destroyed_at &&
           !is_closed(request);
}

/// Suppression and, once verified, destruction.
Result<void> carry_out(Project& project, std::span<Exercised> all, Started started) {
    TRY(refresh_quarantine(project));
    Batch suppressed, destroyed;
    for (Exercised& each : all) {
        if (suppresses(each.request)) suppressed.push_back(&each);
        if (destroys_now(each.request)) destroyed.push_back(&each);
    }
    if (!suppressed.empty()) {
        TRY(take_out(project, suppressed));
        project.env.reached("E2");
        for (Exercised* each : suppressed) each->suppressed_ms = ms_since(started);
    }
    if (!destroyed.empty()) TRY(destroy(project, destroyed));
    for (Exercised& each : all) each.request = TRY(project.ledger().request(each.request.id));
    return done();
}

Result<Exercised> carry_out(Project& project, Exercised one, Started started) {
    TRY(carry_out(project, std::span(&one, 1), started));
    return one;
}

Result<FileLock> take_turn(Project& project, FileLock::Wait wait) {
    return FileLock::take(project.paths.hidden() / "rights.lock", FileLock::Mode::exclusive, wait);
}

/// The person was verified. Whatever has to be there before something is destroyed comes before the
/// commit: once the verification is recorded, every next command goes on.
Result<Exercised> go_on_verified(Project& project, Exercised out, std::string_view method,
                                 Started started, const BeforeDestruction& before) {
    const bool first = destroys(out.request.kind) && !out.request.verified_by;
    auto transaction = TRY(project.db.begin());
    const ledger::Request request = TRY(project.ledger().verify(out.request.id, method));
    if (before && first) TRY(before(request));
    TRY(transaction.commit());
    out.request = request;
    if (out.old_model_stopped_ms == 0) out.old_model_stopped_ms = ms_since(started);
    return carry_out(project, std::move(out), started);
}

ledger::Ledger::Ask asked(const Ask& ask) {
    return {ask.kind, ask.person, ask.record, ask.verified_by, ask.by, ask.came, {}};
}

/// What a rectification will say, until it is carried out.
Result<void> keep_correction(Project& project, const ledger::Request& request, const Ask& ask) {
    if (request.kind != RequestKind::rectification ||
        request.state != ledger::RequestState::accepted)
        return done();
    const Digest disputed = TRY(project.corpus().row(*ask.record))->wording;
    return keep(project, request, {disputed, ask.text.clone()});
}

/// Is the verification recorded after what has to come before the destruction?
bool verified_later(const Ask& ask) {
    return ask.before_destruction && destroys(ask.kind) && ask.verified_by;
}

/// Part of the caller's transaction.
Result<ledger::Request> accept(Project& project, const Ask& ask) {
    ledger::Ledger::Ask wish = asked(ask);
    if (verified_later(ask)) wish.verified_by.reset();
    if (!ask.mark.empty()) wish.filing = {ask.mark, bytes_of(ask.text.reveal())};
    const ledger::Request request =
        TRY(project.ledger().accept(wish, project.settings.policy.admission.purpose));
    TRY(keep_correction(project, request, ask));
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

Result<void> create_pending_table(Database& db) { return db.execute(kSchema); }

Result<Exercised> exercise(Project& project, const Ask& ask, Started started) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    TRY(check_ask(project, ask));
    Exercised out;
    auto transaction = TRY(project.db.begin());
    out.request = TRY(accept(project, ask));
    TRY(transaction.commit());
    project.env.reached("E1");
    out.old_model_stopped_ms = ms_since(started);
    out = TRY(carry_out(project, std::move(out), started));
    if (!verified_later(ask)) return out;
    return go_on_verified(project, std::move(out), *ask.verified_by, started,
                          ask.before_destruction);
}

Result<void> erase_together(Project& project, std::span<const Digest> persons,
                            std::string_view verified_by) {
    const auto started = std::chrono::steady_clock::now();
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
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
    return carry_out(project, all, started);
}

Result<Exercised> verify_request(Project& project, std::string_view id, std::string_view method,
                                 Started started, const BeforeDestruction& before) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    Exercised out;
    out.request = TRY(project.ledger().request(id));
    return go_on_verified(project, std::move(out), method, started, before);
}

Result<Exercised> authorise_request(Project& project, std::string_view id, ByteView authority,
                                    Started started) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    Exercised out;
    out.request = TRY(project.ledger().authorise(id, authority));
    out.old_model_stopped_ms = ms_since(started);
    return carry_out(project, std::move(out), started);
}

Result<Exercised> classify_request(Project& project, std::string_view id, const Ask& as,
                                   Started started) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    TRY(check_ask(project, as));
    Exercised out;
    auto transaction = TRY(project.db.begin());
    out.request =
        TRY(project.ledger().classify(id, asked(as), project.settings.policy.admission.purpose));
    TRY(keep_correction(project, out.request, as));
    TRY(transaction.commit());
    out.old_model_stopped_ms = ms_since(started);
    return carry_out(project, std::move(out), started);
}

Result<Exercised> revoke_request(Project& project, std::string_view id, std::string_view method,
                                 Started started) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    Exercised out;
    out.request = TRY(project.ledger().revoke(id, method));
    TRY(forget_corrections(project.db));
    TRY(refresh_quarantine(project));
    TRY(replace_model(project, {&out}));
    out.suppressed_ms = ms_since(started);
    return out;
}

Result<std::optional<Derived>> leave_out_barred(Project& project) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    TRY(refresh_quarantine(project));
    Exercised out;
    TRY(replace_model(project, {&out}));
    return std::move(out.suppressed);
}

Result<void> give_way(Project& project) {
    std::this_thread::sleep_for(kGap);
    TRY(take_turn(project, FileLock::Wait::yes));
    return done();
}

Result<void> rotate_keys(Project& project) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    TRY(keys::prepare_rotation(project.db, project.secrets.root));
    TRY(keys::rotate(project.db, project.secrets.root));
    TRY(keys::settle_rotation(project.db, project.secrets.root));
    TRY(project.db.truncate_log());
    return anchor(project);
}

Result<Exercised> exercise_outsider(Project& project, const OutsiderAsk& ask, Started started) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    std::optional<keys::NameTag> name;
    if (!ask.name.empty()) name = TRY(corpus::name_tag(project.secrets.identity, ask.name));
    std::vector<ledger::FoundRecord> named;
    for (const Digest& record : ask.records) named.push_back({record, {}});
    Exercised out;
    auto transaction = TRY(project.db.begin());
    const ledger::Request request =
        TRY(project.ledger().accept_outsider(name, project.settings.policy.admission.purpose));
    if (!named.empty())
        TRY(project.ledger().bar_found(request.id, ledger::BarKind::name, {}, named));
    TRY(transaction.commit());
    out.request = request;
    out.old_model_stopped_ms = ms_since(started);
    if (TRY(waits_for_decision(project, request))) return out;
    return carry_out(project, std::move(out), started);
}

Result<Exercised> decide_found(Project& project, std::string_view id,
                               const std::vector<Digest>& bar, bool name_too, Started started) {
    const FileLock turn = TRY(take_turn(project, FileLock::Wait::yes));
    TRY(project.permit().check(Act::promote));
    const ledger::Request request = TRY(project.ledger().request(id));
    std::vector<ledger::FoundRecord> chosen = TRY(project.ledger().found(id)).waiting;
    const std::set<Digest> wanted(bar.begin(), bar.end());
    std::erase_if(chosen, [&](const auto& each) { return !wanted.contains(each.record); });
    if (chosen.size() != wanted.size()) {
        return Error{Code::bad_input, "a record is not among those that wait", request.id,
                     "see `litura request found " + request.id + "`"};
    }
    TRY(destroying(project, [&]() -> Result<void> {
        TRY(project.ledger().decide_found(request.id, chosen, name_too));
        if (request.kind != RequestKind::erasure) return done();
        return mark_purging(project.db, TRY(influence_in_others(project, request)));
    }));
    Exercised out;
    out.old_model_stopped_ms = ms_since(started);
    TRY(refresh_quarantine(project));
    TRY(replace_model(project, {&out}));
    TRY(withdraw_unusable_model(project));
    TRY(finish_destruction(project));
    TRY(project.ledger().mark_suppressed(request.id));
    out.suppressed_ms = ms_since(started);
    out.request = TRY(project.ledger().request(id));
    return out;
}

Result<void> resume(Project& project) {
    const auto turn = take_turn(project, FileLock::Wait::no);
    if (!turn.ok())
        return turn.error().code == Code::forbidden ? done() : Result<void>(turn.error());
    if (!project.env.list(project.paths.store() / "tmp").empty() ||
        !TRY(purging(project.db)).empty()) {
        TRY(TRY(Store::open(project))->purge());
    }
    TRY(keys::settle_rotation(project.db, project.secrets.root));
    TRY(expire_holds(project));
    std::vector<Exercised> unfinished;
    for (const ledger::Request& request : TRY(project.ledger().requests())) {
        const bool unsuppressed = suppresses(request) && !request.suppressed_at;
        if (!unsuppressed && !destroys_now(request)) continue;
        if (TRY(waits_for_decision(project, request))) continue;
        unfinished.emplace_back().request = request;
    }
    const auto started = std::chrono::steady_clock::now();
    // Together if that can be, else each by itself, so that none has to wait for another.
    const bool outsider = std::ranges::any_of(
        unfinished, [](const Exercised& each) { return each.request.person.is_zero(); });
    if (unfinished.size() > 1 && !outsider && carry_out(project, unfinished, started).ok())
        return done();
    for (Exercised& each : unfinished) {
        const auto carried = carry_out(project, std::span(&each, 1), started);
        if (carried.ok()) continue;
        if (carried.error().code == Code::broken) return carried.error();
        say("litura: " + each.request.id + " is not finished yet: " + carried.error().message);
    }
    return done();
}

}  // namespace litura::derive
