#include "service/find.hpp"

#include "derive/project.hpp"
#include "ledger/decide.hpp"
#include "ledger/persons.hpp"
#include "ledger/snapshots.hpp"

namespace litura::service {
namespace {

const char* name_of(corpus::Search::For what) {
    switch (what) {
        case corpus::Search::For::words: return "text";
        case corpus::Search::For::name: return "name";
        case corpus::Search::For::handle: return "handle";
    }
    return "";
}

}  // namespace

Result<SearchResult> find(Session& session, const Search& search) {
    const auto needle = TRY(corpus::Search::create(search.what, search.needle));
    const auto snapshot = TRY(session.ledger().snapshots().latest());
    const ledger::Policy& policy = session.project().settings.policy.admission;
    const Instant now = TRY(session.now());
    SearchResult found;
    TRY(session.corpus().each([&](const corpus::RecordRow& row, const Json& json) -> Result<void> {
        ++found.searched;
        if (!TRY(needle.finds(json))) return done();
        SearchResult::Hit hit;
        hit.record = record_handle(session, row.record);
        hit.person = session.ledger().persons().handle(row.person);
        hit.source = row.source;
        hit.created_at = row.created_at;
        hit.admitted = decide(*snapshot, row.facts(), policy, now).admitted;
        if (search.texts == Texts::shown) hit.text = json.at("text").get<std::string>();
        found.records.push_back(std::move(hit));
        return done();
    }));
    TRY(session.ledger().append("records.looked_through", {{"for", name_of(search.what)},
                                                           {"searched", found.searched},
                                                           {"found", found.records.size()}}));
    return found;
}

Json to_json(const SearchResult& found) {
    Json records = Json::array();
    for (const SearchResult::Hit& hit : found.records) {
        Json json = {{"record", hit.record},
                     {"person", hit.person},
                     {"source", hit.source},
                     {"created_at", to_text(hit.created_at)},
                     {"admitted", hit.admitted}};
        if (hit.text) json["text"] = *hit.text;
        records.push_back(std::move(json));
    }
    return {{"records", std::move(records)}, {"searched", found.searched}};
}

}  // namespace litura::service
