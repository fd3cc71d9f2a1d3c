#include "service/persons.hpp"

#include <algorithm>
#include <map>

#include "derive/project.hpp"
#include "derive/visible.hpp"
#include "ledger/decide.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"

namespace litura::service {
namespace {

Placed placed(const derive::Place& place) { return {place.stage + 1, place.shard}; }

/// Where each admitted record stands, with its tokens.
std::map<Digest, std::pair<Placed, std::uint64_t>> places_of(Session& session,
                                                             const derive::View& view) {
    const auto places = derive::place(view, session.project().settings.recipe);
    std::map<Digest, std::pair<Placed, std::uint64_t>> found;
    for (std::size_t index = 0; index < view.samples.size(); ++index)
        found[view.samples[index].record] = {placed(places[index]), view.samples[index].tokens};
    return found;
}

}  // namespace

Result<std::vector<PersonLine>> persons(Session& session) {
    derive::Project& project = session.project();
    const derive::View view = TRY(project.view());
    const auto places = derive::place(view, project.settings.recipe);
    std::map<Digest, PersonLine> people;
    for (const ledger::Account& account : TRY(session.ledger().persons().all()))
        people[account.person].handle = session.ledger().persons().handle(account.person);
    TRY(session.corpus().each_page([&](std::span<const corpus::RecordRow> rows) -> Result<void> {
        for (const corpus::RecordRow& row : rows) ++people[row.person].records;
        return done();
    }));
    for (std::size_t index = 0; index < view.samples.size(); ++index) {
        PersonLine& person = people[view.samples[index].person];
        person.place = placed(places[index]);
        person.tokens += view.samples[index].tokens;
        ++person.admitted;
    }
    std::vector<PersonLine> list;
    for (auto& [tag, person] : people) list.push_back(std::move(person));
    return list;
}

Standing standing_of(const ledger::Snapshot& ledger, std::span<const ledger::Account> accounts) {
    Standing standing;
    std::map<ledger::Sequence, ledger::Bar> bars;
    for (const ledger::Account& account : accounts) {
        const auto known = ledger.accounts.find(account.tag);
        if (known == ledger.accounts.end()) continue;  // first seen after the snapshot
        for (const ledger::Bar& bar : known->second.bars) bars[bar.event] = bar;
        std::ranges::copy(known->second.grounds, std::back_inserter(standing.grounds));
    }
    for (const auto& [event, bar] : bars) standing.bars.push_back(bar);
    return standing;
}

Result<PersonShown> show_person(Session& session, const PersonName& name) {
    derive::Project& project = session.project();
    const Digest person = TRY(find_person(session, name));
    const auto rows = TRY(session.corpus().rows_of(person));
    const ledger::Snapshot snapshot =
        TRY(session.ledger().snapshots().of(person, corpus::records_of(rows)));
    const auto places = places_of(session, TRY(project.view_of(person)));
    const Instant now = TRY(session.now());
    PersonShown shown;
    shown.handle = session.ledger().persons().handle(person);
    shown.accounts = TRY(session.ledger().persons().of(person));
    shown.standing = standing_of(snapshot, shown.accounts);
    std::set<ledger::Rule> rules_named;
    for (const corpus::RecordRow& row : rows) {
        PersonShown::Record record;
        record.handle = record_handle(session, row.record);
        record.source = row.source;
        record.created_at = row.created_at;
        record.decision = decide(snapshot, row.facts(), project.settings.policy.admission, now);
        rules_named.insert(record.decision.rule);
        if (const auto at = places.find(row.record); at != places.end())
            std::tie(record.place, record.tokens) = at->second;
        shown.records.push_back(std::move(record));
    }
    shown.rules = TRY(explained(session, rules_named));
    const auto visible = TRY(derive::visible_model(project.db));
    if (visible && TRY(derive::visible_model_used(project.db, person)))
        shown.models.push_back(visible->model);
    return shown;
}

Result<Described> describe_person(Session& session, const PersonName& name,
                                  const std::optional<std::string>& country,
                                  const std::optional<std::int64_t>& age) {
    const Digest person = TRY(find_person(session, name));
    Described described{session.ledger().persons().handle(person), {country, age, {}}, {}};
    described.said.at = TRY(session.now());
    for (const ledger::Account& account : TRY(session.ledger().persons().of(person))) {
        if (account.tag == person)
            TRY(session.ledger().persons().describe(account, described.said));
    }
    described.replacement = TRY(leave_out_barred(session));
    return described;
}

Result<Linked> link_persons(Session& session, const PersonName& name, const std::string& other,
                            ByteView evidence) {
    const Digest person = TRY(find_person(session, name));
    TRY(session.ledger().persons().link(person, TRY(session.ledger().persons().person(other)),
                                        evidence));
    return Linked{session.ledger().persons().handle(person), other};
}

}  // namespace litura::service
