#include "derive/report.hpp"

#include "base/json.hpp"
#include "derive/outgoing.hpp"
#include "derive/request_rows.hpp"
#include "derive/visible.hpp"
#include "keys/sealing.hpp"
#include "ledger/requests.hpp"

namespace litura::derive {
namespace {

constexpr Fate kFates[] = {Fate::destroyed, Fate::unreadable, Fate::kept, Fate::out_of_reach};

Result<std::vector<Artefact>> artefacts(Project& project, const ledger::Request& request,
                                        const Taken& taken) {
    std::vector<Artefact> all;
    const auto add = [&](std::string what, std::uint64_t count, Fate fate, std::string note) {
        if (count > 0) all.push_back({std::move(what), count, fate, std::move(note)});
    };
    add("records", taken.records, Fate::destroyed, "rows deleted, their keys dead");
    add("wordings", taken.wordings, Fate::destroyed, "replaced, the old one's key dead");
    add("accounts' keys", taken.accounts, Fate::destroyed, "bucket and root drawn anew");
    add("ledger events of the person", taken.events, Fate::unreadable,
        "the chain covers commitments; no key opens what they held");
    add("nodes", taken.nodes, Fate::destroyed, "their keys dead, their files unlinked");
    if (taken.in_others) {
        add("records of others searched", taken.in_others->searched, Fate::kept,
            "for runs of 8 of the person's words and near copies; paraphrase is not found");
        add("records of others with the person's words", taken.in_others->found.barred.size(),
            Fate::kept, "barred: their authors' to read, never trained on again");
        add("records of others that wait for a decision", taken.in_others->found.waiting.size(),
            Fate::kept, "too many for a rule; see litura request found " + request.id);
    }
    const auto visible = TRY(visible_model(project.db));
    std::vector<std::string> models = project.env.list(project.paths.models());
    std::erase_if(models,
                  [&](const std::string& name) { return visible && name == visible->model.hex(); });
    add("models", models.size(), Fate::destroyed,
        "folders removed; the visible model was derived without what is gone");
    add("manifests", project.manifests().roots().size(), Fate::kept,
        "sealed; tags and counts, no text or name: what earlier models were made of stays "
        "provable");
    add("key tables in logs, free pages and backups", 1, Fate::unreadable,
        "wrapped under a root that is gone");
    add("backups", TRY(project.ledger().events("project.backed_up")).size(), Fate::unreadable,
        "they hold ciphertext only, and no key");
    add("folders half written by a killed command", TRY(unfinished(project)).size(),
        Fate::out_of_reach, "on a disk that is away: the next command removes them from it");
    for (const ledger::ProjectEvent& note : TRY(project.ledger().events("model.exported"))) {
        add("exported model " + note.payload.value("model", ""), 1, Fate::out_of_reach,
            "a copy in " + note.payload.value("path", "") + "; recall it");
    }
    return all;
}

}  // namespace

std::string_view to_text(Fate fate) {
    switch (fate) {
        case Fate::destroyed: return "destroyed";
        case Fate::unreadable: return "unreadable";
        case Fate::kept: return "kept";
        case Fate::out_of_reach: return "out of reach";
    }
    return "";
}

Result<void> keep_report(Project& project, const ledger::Request& request, const Taken& taken) {
    Json lines = Json::array();
    for (const Artefact& artefact : TRY(artefacts(project, request, taken))) {
        lines.push_back({{"what", artefact.what},
                         {"count", artefact.count},
                         {"fate", to_text(artefact.fate)},
                         {"note", artefact.note}});
    }
    const SecretKey key =
        TRY(project.keys().get_or_create(ledger::request_key(request.id), keys::KeyKind::request));
    return keep_sealed(project.db, Kept::report, request.id,
                       keys::seal(key, bytes_of(compact(lines)), bytes_of(request.id)));
}

Result<std::vector<Artefact>> report_of(Project& project, const ledger::Request& request) {
    const auto sealed = TRY(kept_sealed(project.db, Kept::report, request.id));
    const auto key =
        TRY(project.keys().find(ledger::request_key(request.id), keys::KeyKind::request));
    if (!sealed || !key || !request.destroyed_at) {
        return Error{Code::forbidden, "nothing was destroyed for this request yet", request.id,
                     "see `litura status`"};
    }
    const Bytes plain = TRY(keys::unseal(*key, *sealed, bytes_of(request.id)));
    std::vector<Artefact> all;
    for (const Json& line : TRY(parse_json(text_of(plain), "a report"))) {
        Artefact artefact{line.at("what").get<std::string>(), line.at("count").get<std::uint64_t>(),
                          Fate::kept, line.at("note").get<std::string>()};
        for (const Fate fate : kFates) {
            if (line.at("fate").get_ref<const std::string&>() == to_text(fate))
                artefact.fate = fate;
        }
        all.push_back(std::move(artefact));
    }
    return all;
}

}  // namespace litura::derive
