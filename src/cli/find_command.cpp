// `find`: an operator's search through what is held, for review in the house.
#include "service/find.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace litura::cli {
namespace {

using For = corpus::Search::For;

struct Wanted {
    For what = For::words;
    const char* name = "";
    std::string given;
};

Result<Wanted> wanted(const FindArguments& arguments) {
    std::optional<Wanted> chosen;
    for (const auto& [what, name, given] : {std::tuple(For::words, "text", arguments.text),
                                            {For::name, "name", arguments.name},
                                            {For::handle, "handle", arguments.handle}}) {
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
    service::Search search;
    search.what = wish.what;
    search.needle = TRY(needle_of(context, wish, arguments.file));
    if (arguments.show) search.texts = service::Texts::shown;
    const auto session = TRY(context.session());
    const auto found = TRY(service::find(*session, search));
    std::string text;
    for (const service::SearchResult::Hit& hit : found.records) {
        text += fmt::format("{} {} {} {}{}\n", hit.record, hit.person, to_text(hit.created_at),
                            hit.source, hit.admitted ? "" : " (not admitted)");
        if (hit.text) text += *hit.text + "\n\n";
    }
    return Answer(service::to_json(found),
                  text + fmt::format("{} of {} records", found.records.size(), found.searched));
}

}  // namespace litura::cli
