// The documents that the law asks for.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "service/papers.hpp"

namespace litura::cli {
namespace {

std::string missing_text(const std::vector<release::Missing>& missing) {
    std::string text = "not stated, in organisation.toml (docs/law/documents.md):";
    for (const release::Missing& one : missing)
        text += fmt::format("\n  {:<36} {}", one.field, one.asked_by);
    return text;
}

}  // namespace

/// Exit status 1 while something is not stated: the page is written, and is not what its article
/// asks for.
Result<Answer> document_make_command(Context& context, const MakeArguments& arguments) {
    const auto session = TRY(context.session());
    const auto paper = TRY(service::make_paper(*session, arguments.kind, arguments.out));
    if (!paper.complete()) say(missing_text(paper.document.missing));
    std::string text = fmt::format("{} in {}", to_text(paper.kind), arguments.out);
    if (paper.path.empty()) {
        text = paper.document.text;
        text.pop_back();  // the command line ends its answer with one
    }
    return Answer(service::to_json(paper), std::move(text), paper.complete());
}

}  // namespace litura::cli
