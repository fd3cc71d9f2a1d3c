#include "derive/echoes.hpp"

#include <map>

#include "corpus/echoes.hpp"
#include "corpus/marks.hpp"
#include "corpus/names.hpp"
#include "ledger/findings.hpp"

namespace litura::derive {
namespace {

using ledger::FoundRecord;
using ledger::RequestKind;

struct Searched {
    std::uint64_t records = 0;
    std::vector<FoundRecord> found;
};

/// Calls `look` with the effective text of every record; others have their turns in between.
template <typename Look>
Result<void> for_each_text(Turn& turn, Look look) {
    const auto use = [&](const corpus::RecordRow& row, const Json& json) {
        const PersonalText text(
            corpus::effective_text(json.at("text").get_ref<const std::string&>()));
        return look(row, text.reveal());
    };
    return turn.project().corpus().each(use, [&] { return turn.give_way(); });
}

/// Learns the words of who leaves; others have their turns in between, and may take records away.
Result<void> learn_words(Turn& turn, const ledger::Request& request, corpus::EchoScanner& scanner,
                         std::uint32_t whose) {
    corpus::Corpus& held = turn.project().corpus();
    for (const Digest& record : corpus::records_of(TRY(held.rows_of(request.person)))) {
        if (request.record && record != *request.record) continue;
        TRY(turn.give_way());
        if (!TRY(held.row(record))) continue;
        const PersonalText text = TRY(held.effective_text(record));
        TRY(scanner.learn(text.reveal(), whose));
    }
    return done();
}

// Bars the whole record and not one wording of it: once the text it repeats is erased, later
// wordings cannot be compared with it.
Result<std::vector<Searched>> search_words(Turn& turn, std::span<const ledger::Request> requests) {
    corpus::EchoScanner scanner;
    std::map<Digest, std::uint64_t> own;  // records of who leaves
    for (std::size_t index = 0; index < requests.size(); ++index) {
        own[requests[index].person] = 0;
        TRY(learn_words(turn, requests[index], scanner, static_cast<std::uint32_t>(index)));
    }
    std::uint64_t records = 0;
    std::vector<Searched> out(requests.size());
    TRY(for_each_text(turn, [&](const auto& row, std::string_view text) -> Result<void> {
        ++records;
        if (const auto leaves = own.find(row.person); leaves != own.end()) {
            ++leaves->second;
            if (requests.size() == 1) return done();
        }
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

// Bars only this wording: every later one is looked through for the name when it is imported.
Result<Searched> search_name(Turn& turn, std::string_view request) {
    Project& project = turn.project();
    Searched out;
    const auto names = TRY(project.ledger().findings().names(request));
    if (names.empty()) return out;
    const corpus::NameFinder finder(project.secrets.identity, names);
    TRY(for_each_text(turn, [&](const auto& row, std::string_view text) -> Result<void> {
        ++out.records;
        if (!TRY(finder.requests_of(text)).empty()) out.found.push_back({row.record, row.wording});
        return done();
    }));
    return out;
}

}  // namespace

Result<std::vector<InOthers>> bar_in_others(Turn& turn, std::span<const ledger::Request> requests) {
    Project& project = turn.project();
    const bool outsider = requests.size() == 1 && requests[0].person.is_zero();
    const auto kind = outsider ? ledger::BarKind::name : ledger::BarKind::echo;
    std::vector<Searched> searched;
    if (outsider) searched.push_back(TRY(search_name(turn, requests[0].id)));
    if (!outsider) searched = TRY(search_words(turn, requests));
    auto transaction = TRY(project.db.begin());
    for (std::size_t index = 0; index < requests.size(); ++index) {
        TRY(project.ledger().findings().bar(requests[index].id, kind, searched[index].records,
                                            searched[index].found));
    }
    TRY(transaction.commit());
    std::vector<InOthers> all;
    for (std::size_t index = 0; index < requests.size(); ++index) {
        auto found = TRY(project.ledger().findings().of(requests[index].id));
        all.push_back({searched[index].records, std::move(found)});
    }
    return all;
}

Result<std::vector<Influence>> influence_in_others(Project& project,
                                                   const ledger::Request& request) {
    std::vector<Influence> influence;
    for (const FoundRecord& each : TRY(project.ledger().findings().of(request.id)).barred)
        influence.push_back({each.record, {}});
    return influence;
}

}  // namespace litura::derive
