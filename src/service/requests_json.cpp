// The results of requests.hpp as JSON.
#include "service/requests.hpp"

namespace litura::service {

Json to_json(const RequestShown& shown) { return to_json(shown.request, shown.now); }

Json to_json(const Exercised& exercised) {
    Json json = to_json(exercised.request, exercised.now);
    json["old_model_stopped_ms"] = exercised.old_model_stopped_ms;
    if (exercised.replacement) {
        json["suppressed"] = to_json(exercised.replacement);
        json["suppressed"]["milliseconds"] = exercised.suppressed_ms;
    }
    if (const auto& others = exercised.in_others; others) {
        json["found"] = {{"barred", others->barred}, {"to_decide", others->to_decide}};
        if (others->searched) json["found"]["searched"] = *others->searched;
    }
    if (exercised.held) json.update(*exercised.held);
    if (const auto& erased = exercised.erased; erased)
        json["receipt"] = erased->receipt.empty() ? Json() : Json(erased->receipt.string());
    return json;
}

Json to_json(const FoundShown& found) {
    return {
        {"request", found.request.id},
        {"found", {{"barred", found.in_others.barred}, {"to_decide", found.in_others.to_decide}}}};
}

Json to_json(const RequestPapers& papers) {
    Json json = to_json(papers.shown), list = Json::array();
    for (const RequestPapers::Paper& paper : papers.papers)
        list.push_back({{"what", paper.what},
                        {"at", to_text(paper.at)},
                        {"text", paper.text ? Json(*paper.text) : Json()}});
    json["papers"] = std::move(list);
    return json;
}

Json to_json(const RequestReport& report) {
    Json artefacts = Json::array();
    for (const RequestReport::Artefact& artefact : report.artefacts)
        artefacts.push_back({{"what", artefact.what},
                             {"count", artefact.count},
                             {"result", artefact.result},
                             {"note", artefact.note}});
    return {{"request", report.request.id}, {"artefacts", std::move(artefacts)}};
}

Json to_json(const ReceiptChecked& checked) {
    return {{"request", checked.request},
            {"events", checked.events},
            {"holds", checked.holds()},
            {"first_difference", checked.holds() ? Json() : Json(checked.first_difference)}};
}

}  // namespace litura::service
