// The documents that the law asks for (release/documents.hpp), and what they still lack.
#include <fmt/format.h>

#include "base/progress.hpp"
#include "cli/commands.hpp"
#include "release/documents.hpp"

namespace litura::cli {
namespace {

std::string missing_text(const std::vector<release::Missing>& missing) {
    if (missing.empty()) return {};
    std::string text = "not stated, in organisation.toml (docs/law/documents.md):";
    for (const release::Missing& one : missing)
        text += fmt::format("\n  {:<36} {}", one.field, one.asked_by);
    return text;
}

}  // namespace

/// Exit status 1 while something is not stated: the page is written, and is not what its article
/// asks for.
Result<Answer> document_make_command(Context& context, const MakeArguments& arguments) {
    const release::Paper paper = TRY(release::parse_paper(arguments.kind));
    const auto project = TRY(context.open());
    const release::Facts facts = TRY(release::collect_facts(*project));
    release::Document document = TRY(release::make_document(paper, facts));
    const bool to_file = !arguments.out.empty();
    if (to_file) TRY(context.env.write_file(arguments.out, bytes_of(document.text)));
    Json missing = Json::array();
    for (const release::Missing& one : document.missing)
        missing.push_back({{"field", one.field}, {"asked_by", one.asked_by}});
    Answer answer;
    answer.holds = document.missing.empty();
    answer.json = {{"document", to_text(paper)},
                   {"path", to_file ? Json(arguments.out) : Json()},
                   {"text", document.text},
                   {"not_stated", missing},
                   {"facts", to_json(facts)}};
    if (!answer.holds) say(missing_text(document.missing));
    if (to_file) {
        answer.text = fmt::format("{} in {}", to_text(paper), arguments.out);
    } else {
        document.text.pop_back();  // the command line ends its answer with one
        answer.text = std::move(document.text);
    }
    return answer;
}

}  // namespace litura::cli
