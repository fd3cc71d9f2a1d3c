#include "service/papers.hpp"

namespace litura::service {

Result<MadePaper> make_paper(Session& session, std::string_view kind, const Path& to) {
    MadePaper paper;
    paper.kind = TRY(release::parse_paper(kind));
    paper.facts = TRY(release::collect_facts(session.project()));
    paper.document = TRY(release::make_document(paper.kind, paper.facts));
    paper.path = to;
    if (!to.empty()) TRY(session.env().write_file(to, bytes_of(paper.document.text)));
    return paper;
}

Json to_json(const MadePaper& paper) {
    Json missing = Json::array();
    for (const release::Missing& one : paper.document.missing)
        missing.push_back({{"field", one.field}, {"asked_by", one.asked_by}});
    return {{"document", to_text(paper.kind)},
            {"path", paper.path.empty() ? Json() : Json(paper.path.string())},
            {"text", paper.document.text},
            {"not_stated", std::move(missing)},
            {"facts", release::to_json(paper.facts)}};
}

}  // namespace litura::service
