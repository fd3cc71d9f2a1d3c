// A walk over the chain.
#include "derive/notes.hpp"

#include <algorithm>

namespace litura::derive {
namespace {

ledger::Chain chain_of(Project& project) {
    return ledger::Chain(project.db, project.keys(), project.secrets.project);
}

}  // namespace

Result<std::vector<Note>> notes(Project& project, std::string_view prefix) {
    ledger::Chain chain = chain_of(project);
    const auto key = TRY(chain.key_of(std::nullopt));
    CHECK(key.has_value());
    std::vector<Note> found;
    TRY(chain.walk([&](const ledger::StoredEvent& stored) -> Result<void> {
        if (stored.person || !stored.type.starts_with(prefix)) return done();
        ledger::Event event = TRY(ledger::Chain::open(stored, *key));
        found.push_back({event.seq, event.at, std::move(event.type), std::move(event.payload)});
        return done();
    }));
    return found;
}

bool is_about(const Note& note, const ledger::Request& request) {
    const auto names = [&](const Json& number) {
        return number.is_number_integer() &&
               request.id == "q-" + std::to_string(number.get<std::int64_t>());
    };
    if (const auto one = note.payload.find("request"); one != note.payload.end())
        return names(*one);
    const auto list = note.payload.find("requests");
    return list != note.payload.end() && list->is_array() && std::any_of(list->begin(), list->end(), names);
}

Result<ledger::Head> ledger_head(Project& project) { return chain_of(project).head(); }

}  // namespace litura::derive
