// An operator looks for words, a name or a handle in all that is held. The answer is for review in
// the house: handles of records, with texts only if asked for. What was looked for is noted
// nowhere; that somebody looked is.
#include <fmt/format.h>

#include "base/progress.hpp"
#include "cli/commands.hpp"
#include "corpus/search.hpp"

namespace litura::cli {
namespace {

using corpus::Search;

struct Wanted {
    Search::For what = Search::For::words;
    const char* name = "";
    std::string given;
};

Result<Wanted> wanted(const FindArguments& arguments) {
    std::optional<Wanted> chosen;
    for (const auto& [what, name, given] : {std::tuple(Search::For::words, "text", arguments.text),
                                            {Search::For::name, "name", arguments.name},
                                            {Search::For::handle, "handle", arguments.handle}}) {
        if (given.empty()) continue;
        if (chosen) {
            return Error{Code::bad_input, "one thing can be looked for at a time", "",
                         "give one of --text, --name, --handle"};
        }
        chosen = Wanted{what, name, given};
    }
    if (chosen) return *chosen;
    return Error{Code::bad_input, "nothing to look for", "",
                 "give --text, --name or --handle, with - for standard input"};
}

Result<PersonalText> needle_of(Context& context, const Wanted& wanted, const std::string& file) {
    if (wanted.given == "-" || !file.empty()) return read_identifier(context.env, file);
    say("litura: everybody on this machine can see the command line; give it with --" +
        std::string(wanted.name) + " -");
    return PersonalText(wanted.given);
}

}  // namespace

Result<Answer> find_command(Context& context, const FindArguments& arguments) {
    const Wanted wish = TRY(wanted(arguments));
    const Search search =
        TRY(Search::create(wish.what, TRY(needle_of(context, wish, arguments.file))));
    const auto project = TRY(context.open());
    const ledger::Snapshot snapshot = TRY(project->ledger().snapshot());
    const Instant now = TRY(project->ledger().now());
    std::uint64_t searched = 0;
    Answer answer{{{"records", Json::array()}}, ""};
    Json& hits = answer.json["records"];
    TRY(project->corpus().each([&](const corpus::RecordRow& row, const Json& json) -> Result<void> {
        ++searched;
        if (!TRY(search.finds(json))) return done();
        const auto decision =
            decide(snapshot, row.facts(), project->settings.policy.admission, now);
        hits.push_back({{"record", keys::record_handle(project->secrets.deal, row.record)},
                        {"person", project->ledger().handle(row.person)},
                        {"source", row.source},
                        {"created_at", to_text(row.created_at)},
                        {"admitted", decision.admitted}});
        if (arguments.show) hits.back()["text"] = json.at("text");
        answer.text +=
            fmt::format("{} {} {} {}{}\n", hits.back()["record"].get<std::string>(),
                        hits.back()["person"].get<std::string>(), to_text(row.created_at),
                        row.source, decision.admitted ? "" : " (not admitted)");
        if (arguments.show) answer.text += json.at("text").get<std::string>() + "\n\n";
        return done();
    }));
    TRY(project->ledger().note(
        "records.looked_through",
        {{"for", wish.name}, {"searched", searched}, {"found", hits.size()}}));
    answer.json["searched"] = searched;
    answer.text += fmt::format("{} of {} records", hits.size(), searched);
    return answer;
}

}  // namespace litura::cli
