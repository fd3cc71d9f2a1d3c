#include "service/access_report.hpp"

#include "base/text.hpp"
#include "corpus/corpus.hpp"
#include "derive/project.hpp"
#include "ledger/documents.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"
#include "release/exposure.hpp"
#include "release/receipt.hpp"
#include "release/recipients.hpp"
#include "service/acts.hpp"
#include "service/persons.hpp"
#include "service/request_json.hpp"

namespace litura::service {
namespace {

/// One record as a line of the neutral form, with its author and where it is from.
Result<Json> record_line(Session& session, const corpus::RecordRow& row,
                         const PersonalText& author) {
    Json line = TRY(parse_json(TRY(session.corpus().original(row.record)).reveal(), "a record"));
    line["author"] = author.reveal();
    line["source"] = row.source;
    if (row.audience != ledger::Audience::unknown) line["audience"] = to_text(row.audience);
    return line;
}

/// The texts that the acts were given on.
Result<Json> notices_of(Session& session, const Json& acts) {
    Json notices = Json::array();
    std::set<std::string> shown;
    for (const Json& act : acts) {
        const std::string digest = act.value("notice", "");
        if (digest.empty() || !shown.insert(digest).second) continue;
        const Bytes text = TRY(session.ledger().documents().read(TRY(parse_digest(digest))));
        const bool plain = is_utf8(text_of(text));
        notices.push_back({{"notice", digest}, {"text", plain ? Json(text_of(text)) : Json()}});
    }
    return notices;
}

/// Recipients by name, not by kind (C-154/21): of each release, who got it.
Result<Json> releases_of(Session& session, const Digest& person) {
    derive::Project& project = session.project();
    const release::Registry registry = TRY(release::load_registry(project));
    Json releases = Json::array();
    for (const release::Exposure& exposure : TRY(release::exposures_of(project, person))) {
        Json recipients = Json::array();
        for (const release::Recipient& one : registry.recipients) {
            if (!one.releases.contains(exposure.release)) continue;
            const auto contact = TRY(release::contact_of(project, one.id));
            const Json name = contact ? Json(contact->name.reveal()) : Json();
            recipients.push_back({{"recipient", one.id}, {"name", name}});
        }
        Json release = release::to_json(exposure);
        release["recipients"] = std::move(recipients);
        releases.push_back(std::move(release));
    }
    return releases;
}

Result<Json> exports_of(Session& session) {
    Json exports = Json::array();
    for (const ledger::ProjectEvent& note : TRY(session.ledger().events("model.exported")))
        exports.push_back({{"at", to_text(note.at)},
                           {"format", note.payload.value("format", "")},
                           {"model", "sha256:" + note.payload.value("model", "")}});
    return exports;
}

/// What only the person's own keys open: their events, and the evidence of their links.
Result<void> add_sealed(Session& session, std::span<const ledger::Account> accounts, Json& report) {
    Json receipts = Json::array(), links = Json::array();
    for (const ledger::Account& account : accounts) {
        for (const ledger::Receipt& receipt : TRY(session.ledger().persons().receipts(account)))
            receipts.push_back(release::to_json(receipt));
        for (const PersonalText& evidence : TRY(session.ledger().persons().link_evidence(account)))
            links.push_back(evidence.reveal());
    }
    report["receipts"] = std::move(receipts);
    report["links"] = std::move(links);
    return done();
}

Result<Json> requests_of(Session& session, const Digest& person) {
    const Instant now = TRY(session.now());
    Json requests = Json::array();
    for (const ledger::Request& request : TRY(session.ledger().requests().all())) {
        if (request.person == person) requests.push_back(to_json(request, now));
    }
    return requests;
}

}  // namespace

Result<Json> provided_by(Session& session, const Digest& person) {
    Json records = Json::array(), acts = Json::array();
    std::map<Digest, PersonalText> authors;
    for (const ledger::Account& account : TRY(session.ledger().persons().of(person))) {
        authors[account.tag] = TRY(session.ledger().persons().author(account));
        for (const ledger::Act& act : TRY(session.ledger().persons().acts(account)))
            acts.push_back(act_json(act));
    }
    for (const corpus::RecordRow& row : TRY(session.corpus().rows_of(person)))
        records.push_back(TRY(record_line(session, row, authors[row.account])));
    return Json{{"records", std::move(records)}, {"acts", std::move(acts)}};
}

Result<Json> access_report(Session& session, const Digest& person) {
    Json report = TRY(provided_by(session, person));
    const auto accounts = TRY(session.ledger().persons().of(person));
    TRY(add_sealed(session, accounts, report));
    report["requests"] = TRY(requests_of(session, person));
    report["notices"] = TRY(notices_of(session, report["acts"]));
    const Standing standing =
        standing_of(TRY(session.ledger().snapshots().of(person, {})), accounts);
    report["grounds"] = grounds_json(standing);
    report["bars"] = bars_json(standing);
    report["suppressed"] = !standing.bars.empty();
    Json models = Json::array();
    for (const release::InModel& model : TRY(release::models_of(session.project(), person)))
        models.push_back(release::to_json(model));
    report["models"] = std::move(models);
    report["releases"] = TRY(releases_of(session, person));
    report["exports"] = TRY(exports_of(session));
    return report;
}

}  // namespace litura::service
