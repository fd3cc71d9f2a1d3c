// The two searches, and the bars.
#include "derive/echoes.hpp"

#include "base/progress.hpp"
#include "corpus/echoes.hpp"
#include "corpus/marks.hpp"
#include "corpus/names.hpp"

namespace litura::derive {
namespace {

using ledger::FoundRecord;
using ledger::RequestKind;

struct Searched {
    std::uint64_t records = 0;
    std::vector<FoundRecord> found;
};

/// Asks `holds` about the effective text of every record of somebody else.
template <typename Holds, typename Found>
Result<Searched> search(Project& project, const Digest& person, Holds holds, Found found) {
    Searched out;
    TRY(project.corpus().each([&](const corpus::RecordRow& row, const Json& json) -> Result<void> {
        if (row.person == person) return done();
        ++out.records;
        const PersonalText text(
            corpus::effective_text(json.at("text").get_ref<const std::string&>()));
        if (TRY(holds(text.reveal()))) out.found.push_back(found(row));
        return done();
    }));
    return out;
}

// Whatever version of the record comes later: nobody can compare it with an erased text again.
Result<Searched> search_words(Project& project, const ledger::Request& request) {
    corpus::EchoScanner scanner;
    for (const corpus::RecordRow& row : TRY(project.corpus().rows_of(request.person))) {
        if (request.record && row.record != *request.record) continue;
        TRY(scanner.learn(TRY(project.corpus().effective_text(row.record)).reveal()));
    }
    return search(
        project, request.person,
        [&](std::string_view text) -> Result<bool> {
            return scanner.can_find() ? scanner.finds(text) : Result<bool>(false);
        },
        [](const corpus::RecordRow& row) {
            return FoundRecord{row.record, {}};
        });
}

// Only this wording: every later one is looked at when it is imported.
Result<Searched> search_name(Project& project, std::string_view request) {
    const auto names = TRY(project.ledger().names_of(request));
    if (names.empty()) return Searched();
    const corpus::NameFinder finder(project.secrets.identity, names);
    return search(
        project, Digest(),
        [&](std::string_view text) -> Result<bool> {
            return !TRY(finder.requests_of(text)).empty();
        },
        [](const corpus::RecordRow& row) {
            return FoundRecord{row.record, row.wording};
        });
}

}  // namespace

bool takes_words_along(RequestKind kind) {
    return kind == RequestKind::erasure || kind == RequestKind::objection ||
           kind == RequestKind::withdrawal;
}

Result<InOthers> bar_in_others(Project& project, const ledger::Request& request) {
    const bool outsider = request.person.is_zero();
    const Searched searched =
        outsider ? TRY(search_name(project, request.id)) : TRY(search_words(project, request));
    auto transaction = TRY(project.db.begin());
    TRY(project.ledger().bar_found(request.id,
                                   outsider ? ledger::BarKind::name : ledger::BarKind::echo,
                                   searched.records, searched.found));
    TRY(transaction.commit());
    InOthers others;
    others.searched = searched.records;
    others.found = TRY(project.ledger().found(request.id));
    return others;
}

Result<std::vector<Influence>> influence_in_others(Project& project,
                                                   const ledger::Request& request) {
    std::vector<Influence> influence;
    for (const FoundRecord& each : TRY(project.ledger().found(request.id)).barred)
        influence.push_back({each.record, {}});
    return influence;
}

}  // namespace litura::derive
