// The two searches, and the bars.
#include "derive/echoes.hpp"

#include <map>

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

/// Calls `look` with the effective text of every record.
template <typename Look>
Result<void> for_each_text(Project& project, Look look) {
    return project.corpus().each([&](const corpus::RecordRow& row, const Json& json) {
        const PersonalText text(
            corpus::effective_text(json.at("text").get_ref<const std::string&>()));
        return look(row, text.reveal());
    });
}

// Whatever version of the record comes later: nobody can compare it with an erased text again.
Result<std::vector<Searched>> search_words(Project& project,
                                           std::span<const ledger::Request> requests) {
    corpus::EchoScanner scanner;
    std::map<Digest, std::uint64_t> own;  // records of who leaves
    for (std::size_t index = 0; index < requests.size(); ++index) {
        own[requests[index].person] = 0;
        const auto& record = requests[index].record;
        for (const auto& row : TRY(project.corpus().rows_of(requests[index].person))) {
            if (record && row.record != *record) continue;
            const PersonalText text = TRY(project.corpus().effective_text(row.record));
            TRY(scanner.learn(text.reveal(), static_cast<std::uint32_t>(index)));
        }
    }
    std::uint64_t records = 0;
    std::vector<Searched> out(requests.size());
    TRY(for_each_text(project, [&](const auto& row, std::string_view text) -> Result<void> {
        ++records;
        if (const auto leaves = own.find(row.person); leaves != own.end()) ++leaves->second;
        if (!scanner.can_find()) return done();
        for (const auto index : TRY(scanner.finds(text))) {
            if (row.person != requests[index].person) out[index].found.push_back({row.record, {}});
        }
        return done();
    }));
    for (std::size_t index = 0; index < requests.size(); ++index)
        out[index].records = records - own[requests[index].person];
    return out;
}

// Only this wording: every later one is looked at when it is imported.
Result<Searched> search_name(Project& project, std::string_view request) {
    Searched out;
    const auto names = TRY(project.ledger().names_of(request));
    if (names.empty()) return out;
    const corpus::NameFinder finder(project.secrets.identity, names);
    TRY(for_each_text(project, [&](const auto& row, std::string_view text) -> Result<void> {
        ++out.records;
        if (!TRY(finder.requests_of(text)).empty()) out.found.push_back({row.record, row.wording});
        return done();
    }));
    return out;
}

}  // namespace

bool takes_words_along(RequestKind kind) {
    return kind == RequestKind::erasure || kind == RequestKind::objection ||
           kind == RequestKind::withdrawal;
}

Result<std::vector<InOthers>> bar_in_others(Project& project,
                                            std::span<const ledger::Request> requests) {
    const bool outsider = requests.size() == 1 && requests[0].person.is_zero();
    const auto kind = outsider ? ledger::BarKind::name : ledger::BarKind::echo;
    std::vector<Searched> searched;
    if (outsider) searched.push_back(TRY(search_name(project, requests[0].id)));
    if (!outsider) searched = TRY(search_words(project, requests));
    auto transaction = TRY(project.db.begin());
    for (std::size_t index = 0; index < requests.size(); ++index) {
        TRY(project.ledger().bar_found(requests[index].id, kind, searched[index].records,
                                       searched[index].found));
    }
    TRY(transaction.commit());
    std::vector<InOthers> all;
    for (std::size_t index = 0; index < requests.size(); ++index) {
        auto found = TRY(project.ledger().found(requests[index].id));
        all.push_back({searched[index].records, std::move(found)});
    }
    return all;
}

Result<std::vector<Influence>> influence_in_others(Project& project,
                                                   const ledger::Request& request) {
    std::vector<Influence> influence;
    for (const FoundRecord& each : TRY(project.ledger().found(request.id)).barred)
        influence.push_back({each.record, {}});
    return influence;
}

}  // namespace litura::derive
