// The keys that can die: what there is of them, rotating them by hand, what died with them, and
// copies of the project.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "derive/backup.hpp"
#include "derive/report.hpp"
#include "derive/rights.hpp"
#include "keys/rotation.hpp"

namespace litura::cli {
namespace {

/// How far the mirror reaches, if there is one.
Result<void> add_mirror(derive::Project& project, Answer& answer) {
    const auto folder = derive::mirror_folder(project);
    if (!folder) {
        answer.text += "\nno mirror: if this disk is lost, so is all that is sealed";
        return done();
    }
    const Path path = derive::MirrorPaths(*folder).anchor();
    if (!project.env.exists(path)) {
        answer.json["mirror"] = {{"generation", nullptr}, {"sequence", nullptr}};
        answer.text += "\nthe mirror is away or empty; next: litura keys rotate";
        return done();
    }
    const auto anchored = TRY(derive::read_anchor(project.env, path));
    answer.json["mirror"] = {{"generation", anchored.generation}, {"sequence", anchored.head.seq}};
    answer.text += fmt::format("\nmirror: generation {}, up to event {}", anchored.generation,
                               anchored.head.seq);
    return done();
}

Result<Answer> census_answer(derive::Project& project) {
    const keys::KeyCensus census = TRY(keys::key_census(project.db, project.secrets.root));
    Answer answer{{{"generation", census.generation},
                   {"roots", census.roots},
                   {"pending", 0},
                   {"keys", Json::object()},
                   {"mirror", nullptr}},
                  fmt::format("generation {}", census.generation)};
    std::int64_t pending = 0;
    for (const keys::KeyCensus::Kind& kind : census.kinds) {
        pending += kind.marked;
        answer.json["keys"][kind.kind] = {
            {"keys", kind.keys}, {"buckets", kind.buckets}, {"pending", kind.marked}};
        answer.text +=
            fmt::format("\n{:<8} {:>9} keys in {} buckets", kind.kind, kind.keys, kind.buckets);
    }
    answer.json["pending"] = pending;
    answer.text += pending == 0
                       ? "\nnothing waits for a rotation"
                       : fmt::format(
                             "\n{} buckets lost keys since the last rotation; next: litura "
                             "keys rotate",
                             pending);
    TRY(add_mirror(project, answer));
    return answer;
}

}  // namespace

Result<Answer> keys_status_command(Context& context) {
    const auto project = TRY(context.open());
    return census_answer(*project);
}

Result<Answer> keys_rotate_command(Context& context) {
    const auto project = TRY(context.open());
    TRY(derive::rotate_keys(*project));
    return census_answer(*project);
}

Result<Answer> request_report_command(Context& context, const std::string& id) {
    const auto project = TRY(context.open());
    const ledger::Request request = TRY(project->ledger().request(id));
    Answer answer{{{"request", request.id}, {"artefacts", Json::array()}},
                  fmt::format("{} {} for {}", request.id, to_text(request.kind), request.handle)};
    for (const derive::Artefact& artefact : TRY(derive::report_of(*project, request))) {
        answer.json["artefacts"].push_back({{"what", artefact.what},
                                            {"count", artefact.count},
                                            {"result", to_text(artefact.fate)},
                                            {"note", artefact.note}});
        answer.text += fmt::format("\n{:<13} {:>6} {}: {}", to_text(artefact.fate), artefact.count,
                                   artefact.what, artefact.note);
    }
    return answer;
}

Result<Answer> backup_command(Context& context, const std::string& folder) {
    const auto project = TRY(context.open());
    const auto out = TRY(derive::backup(*project, folder));
    return Answer{
        {{"path", folder},
         {"sequence", out.head.seq},
         {"records", out.records},
         {"nodes", out.nodes}},
        fmt::format("{} records and {} nodes, sealed, up to event {}\n  no key is in it: 'litura "
                    "restore' takes them from the mirror",
                    out.records, out.nodes, out.head.seq)};
}

Result<Answer> restore_command(Context& context, const RestoreArguments& arguments) {
    const auto out =
        TRY(derive::restore(context.env, arguments.backup, arguments.mirror, context.project));
    return Answer{{{"sequence", out.head.seq},
                   {"records", out.records},
                   {"dead", out.dead},
                   {"nodes", out.nodes},
                   {"replayed", out.replayed}},
                  fmt::format("{} records and {} nodes restored; {} records of the backup are dead "
                              "(erased or reworded since)\n  {} events came from the mirror, so no "
                              "accepted request is lost\n  next: litura derive",
                              out.records, out.nodes, out.dead, out.replayed)};
}

}  // namespace litura::cli
