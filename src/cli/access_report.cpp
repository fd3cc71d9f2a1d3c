#include "cli/access_report.hpp"

#include <map>
#include <set>

#include "base/text.hpp"
#include "cli/acts.hpp"
#include "cli/request_json.hpp"
#include "release/exposure.hpp"
#include "release/receipt.hpp"
#include "release/recipients.hpp"

namespace litura::cli {
namespace {

/// One record as a line of the neutral form, with its author and where it is from.
Result<Json> record_line(derive::Project& project, const corpus::RecordRow& row,
                         const PersonalText& author) {
    Json line = TRY(parse_json(TRY(project.corpus().original(row.record)).reveal(), "a record"));
    line["author"] = author.reveal();
    line["source"] = row.source;
    if (row.audience != ledger::Audience::unknown) line["audience"] = to_text(row.audience);
    return line;
}

/// The texts that the acts were given on.
Result<void> add_notices(derive::Project& project, Json& answer) {
    answer["notices"] = Json::array();
    std::set<std::string> shown;
    for (const Json& act : answer["acts"]) {
        const std::string digest = act.value("notice", "");
        if (digest.empty() || !shown.insert(digest).second) continue;
        const Bytes text = TRY(project.ledger().document(TRY(parse_digest(digest))));
        const bool plain = is_utf8(text_of(text));
        answer["notices"].push_back(
            {{"notice", digest}, {"text", plain ? Json(text_of(text)) : Json()}});
    }
    return done();
}

/// Recipients by name, not by kind (C-154/21): of each release, who got it.
Result<void> add_releases(derive::Project& project, const Digest& person, Json& answer) {
    const release::Registry registry = TRY(release::load_registry(project));
    answer["releases"] = Json::array();
    for (const release::Exposure& exposure : TRY(release::exposures_of(project, person))) {
        Json release = to_json(exposure);
        release["recipients"] = Json::array();
        for (const release::Recipient& one : registry.recipients) {
            if (!one.releases.contains(exposure.release)) continue;
            const auto contact = TRY(release::contact_of(project, one.id));
            const Json name = contact ? Json(contact->name.reveal()) : Json();
            release["recipients"].push_back({{"recipient", one.id}, {"name", name}});
        }
        answer["releases"].push_back(std::move(release));
    }
    answer["exports"] = Json::array();
    for (const ledger::Note& note : TRY(project.ledger().notes("model.exported")))
        answer["exports"].push_back({{"at", to_text(note.at)},
                                     {"format", note.payload.value("format", "")},
                                     {"model", "sha256:" + note.payload.value("model", "")}});
    return done();
}

}  // namespace

void add_standing(const ledger::Snapshot& ledger, std::span<const ledger::Account> accounts,
                  Json& answer) {
    std::map<ledger::Sequence, Json> bars;  // of all accounts, each once
    answer["grounds"] = Json::array();
    for (const ledger::Account& account : accounts) {
        const auto known = ledger.accounts.find(account.tag);
        if (known == ledger.accounts.end()) continue;  // first seen after the snapshot
        for (const ledger::Bar& bar : known->second.bars)
            bars[bar.event] = {
                {"kind", to_text(bar.kind)}, {"purpose", bar.purpose}, {"event", bar.event}};
        for (const ledger::Ground& ground : known->second.grounds) {
            answer["grounds"].push_back(
                {{"basis", to_text(ground.basis)},
                 {"purpose", ground.purpose},
                 {"source", ground.source},
                 {"at", to_text(ground.at)},
                 {"until", optional_time(ground.until)},
                 {"notice", ground.notice ? Json(digest_text(*ground.notice)) : Json()},
                 {"event", ground.event}});
        }
    }
    answer["bars"] = Json::array();
    for (const auto& [event, bar] : bars) answer["bars"].push_back(bar);
}

Result<void> add_provided(derive::Project& project, const Digest& person, Json& answer) {
    std::map<Digest, PersonalText> authors;
    for (const char* list : {"records", "acts"}) answer[list] = Json::array();
    for (const ledger::Account& account : TRY(project.ledger().accounts_of(person))) {
        authors[account.tag] = TRY(project.ledger().author(account));
        for (const ledger::Act& act : TRY(project.ledger().acts(account)))
            answer["acts"].push_back(act_json(act));
    }
    for (const corpus::RecordRow& row : TRY(project.corpus().rows_of(person)))
        answer["records"].push_back(TRY(record_line(project, row, authors[row.account])));
    return done();
}

Result<void> add_report(derive::Project& project, const Digest& person, Json& answer) {
    TRY(add_provided(project, person, answer));
    for (const char* list : {"receipts", "links", "requests"}) answer[list] = Json::array();
    for (const ledger::Account& account : TRY(project.ledger().accounts_of(person))) {
        for (const ledger::Receipt& receipt : TRY(project.ledger().receipts(account)))
            answer["receipts"].push_back(release::to_json(receipt));
        for (const PersonalText& evidence : TRY(project.ledger().link_evidence(account)))
            answer["links"].push_back(evidence.reveal());
    }
    const Instant now = TRY(project.ledger().now());
    for (const ledger::Request& request : TRY(project.ledger().requests())) {
        if (request.person == person) answer["requests"].push_back(request_json(request, now));
    }
    TRY(add_notices(project, answer));
    add_standing(TRY(project.ledger().snapshot_of(person, {})),
                 TRY(project.ledger().accounts_of(person)), answer);
    answer["suppressed"] = !answer["bars"].empty();
    answer["models"] = Json::array();
    for (const release::InModel& model : TRY(release::models_of(project, person)))
        answer["models"].push_back(to_json(model));
    return add_releases(project, person, answer);
}

}  // namespace litura::cli
