// The commands `init`, `import`, `source`, `notice`, `document` and `ground`.
#include "service/intake.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/input.hpp"
#include "cli/commands.hpp"
#include "service/notices.hpp"
#include "service/projects.hpp"

namespace litura::cli {
namespace {

/// Whose files they are, if the operator says so.
Result<PersonalText> read_author(Context& context, const ImportArguments& arguments) {
    if (arguments.person.empty() && arguments.person_file.empty()) return PersonalText();
    if (arguments.person_file.empty() && arguments.person != "-") {
        return Error{Code::bad_input, "an identifier stands in the command line", "",
                     "give it with --person - (standard input) or --person-file"};
    }
    return read_identifier(context.env, arguments.person_file);
}

Result<service::ActsFile> read_acts(Context& context, const Path& path) {
    service::ActsFile file{path.filename().string(), {}};
    file.bytes = TRY(context.env.read_file(path));
    return file;
}

std::string refused_text(const service::Imported& imported) {
    std::string text;
    for (const service::Explained& why : imported.why_not)
        text += fmt::format("\n    {:>8}  {}\n              {} ({})\n              next: {}",
                            imported.admission.refused.at(why.rule), ledger::to_text(why.rule),
                            why.what, why.article, why.next);
    return imported.admission.refused.empty() ? " none" : text;
}

std::string render(const service::Imported& imported) {
    const corpus::ImportCounts& counts = imported.counts;
    std::string rejected;
    for (const auto& [reason, count] : counts.rejected)
        rejected += fmt::format("\n    {:>8}  {}", count, reason);
    return fmt::format(
        "{} records read: {} imported, {} unchanged, {} rejected{}\n{} acts, legitimate interest "
        "claimed for {}\nadmitted now: {} records of {} people, {} tokens; not admitted:{}",
        counts.in, counts.imported, counts.unchanged,
        counts.in - counts.imported - counts.unchanged, rejected, imported.acts, imported.claimed,
        imported.admission.records, imported.admission.persons, imported.admission.tokens,
        refused_text(imported));
}

}  // namespace

Result<Answer> init_command(Context& context, const InitArguments& arguments) {
    service::NewProject wish{context.project, {}, arguments.base, context.now};
    if (!arguments.folder.empty()) wish.folder = arguments.folder;
    if (!arguments.like.empty()) wish.like = arguments.like;
    const auto created = TRY(service::create_project(context.env, wish));
    return Answer(service::to_json(created),
                  fmt::format("new project in {}\n  recipe and policy: litura.toml; who you are: "
                              "organisation.toml\n  next: litura notice add, then litura import",
                              created.folder.string()));
}

Result<Answer> import_command(Context& context, const ImportArguments& arguments) {
    service::ImportArguments wish;
    wish.format = arguments.format;
    wish.path = arguments.path;
    wish.source = arguments.source;
    wish.ground = arguments.ground;
    wish.author = TRY(read_author(context, arguments));
    if (!arguments.evidence.empty()) wish.evidence = TRY(read_acts(context, arguments.evidence));
    const auto session = TRY(context.session());
    const auto imported = TRY(service::import(*session, wish));
    return Answer(service::to_json(imported), render(imported));
}

Result<Answer> source_command(Context& context, const SourceArguments& arguments) {
    service::SourceArguments wish{arguments.name, arguments.audience, arguments.age, {}};
    if (!arguments.document.empty())
        wish.document = TRY(read_document(context.env, arguments.document));
    const auto session = TRY(context.session());
    const auto declared = TRY(service::declare_source(*session, wish));
    return Answer(
        service::to_json(declared),
        fmt::format("stated for {}: audience {}{}", declared.source, to_text(declared.audience),
                    declared.adults_only ? ", adults only" : ""));
}

Result<Answer> notice_add_command(Context& context, const std::string& path) {
    const Bytes text = TRY(read_input(context.env, path));
    const auto session = TRY(context.session());
    const Digest notice = TRY(service::add_notice(*session, text));
    return Answer{{{"notice", digest_text(notice)}}, digest_text(notice)};
}

Result<Answer> notice_serve_command(Context& context, const ServeArguments& arguments) {
    const Digest notice = TRY(parse_digest(arguments.notice));
    const Instant at = TRY(parse_instant(arguments.at));
    const auto session = TRY(context.session());
    const auto served = TRY(service::serve_notice(*session, notice, arguments.source, at));
    return Answer(service::to_json(served),
                  fmt::format("served to {} at {}; the grace period ends at {}", served.source,
                              to_text(served.at), to_text(served.grace_until)));
}

Result<Answer> document_command(Context& context, const std::string& kind,
                                const std::string& path) {
    const auto parsed = TRY(ledger::parse_document_kind(kind));
    const Bytes text = TRY(read_input(context.env, path));
    const auto session = TRY(context.session());
    const Digest document = TRY(service::add_document(*session, parsed, text));
    return Answer{{{"document", digest_text(document)}, {"kind", kind}}, digest_text(document)};
}

Result<Answer> ground_command(Context& context, const std::string& evidence) {
    const service::ActsFile file = TRY(read_acts(context, evidence));
    const auto session = TRY(context.session());
    const auto recorded = TRY(service::record_acts(*session, file, service::Receipts::wanted));
    return Answer(service::to_json(recorded), fmt::format("{} acts recorded", recorded.acts));
}

}  // namespace litura::cli
