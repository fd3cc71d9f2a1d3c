// Deriving, checking and handing out the model.
#include <fmt/format.h>

#include <set>
#include <thread>

#include "cli/commands.hpp"
#include "derive/custody.hpp"
#include "derive/cost.hpp"
#include "derive/derive.hpp"
#include "derive/manifest.hpp"
#include "derive/manifest_check.hpp"
#include "derive/node_index.hpp"
#include "derive/verify.hpp"
#include "engine/gguf_file.hpp"
#include "engine/lora_files.hpp"
#include "engine/model.hpp"

namespace litura::cli {
namespace {

int thread_count(int wished) {
    return wished > 0 ? wished : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string slice_name(const derive::Place& place) {
    return fmt::format("bucket{}.{}", place.bucket, place.part);
}

/// Which of other people's records requests have barred (docs/echoes.md): what a project needs to
/// know to come to the same model without the person.
Result<void> announce_found(derive::Project& project, Answer& answer) {
    std::set<std::string> barred;
    std::uint64_t waiting = 0;
    for (const ledger::Request& request : TRY(project.ledger().requests())) {
        const auto found = TRY(project.ledger().found(request.id));
        for (const ledger::FoundRecord& each : found.barred)
            barred.insert(keys::record_handle(project.secrets.deal, each.record));
        waiting += found.waiting.size();
    }
    answer.json["found"] = {{"barred", barred}, {"to_decide", waiting}};
    if (barred.empty() && waiting == 0) return done();
    answer.text += fmt::format(
        "\n\nfor the words or names of others: {} records barred, {} wait for a decision",
        barred.size(), waiting);
    return done();
}

Result<Answer> plan_answer(derive::Project& project) {
    const derive::View view = TRY(project.view());
    const derive::Graph graph = TRY(project.graph(view));
    const derive::Trainer* trainer = TRY(project.trainer());
    const std::uint64_t chain_bytes = trainer->worker_bytes(1);
    const auto store = TRY(derive::Store::open(project));
    const derive::Plan plan = derive::make_plan(graph, TRY(store->present()));
    const std::uint64_t fresh = graph.tokens_fresh();
    std::size_t missing = 0;
    for (const derive::Task& task : plan.tasks)
        missing += graph.groups[task.group].chains[task.chain].slices.size() - task.first;
    Answer answer;
    answer.json = {
        {"nodes",
         {{"total", plan.nodes_total}, {"reused", plan.nodes_reused}, {"computed", missing}}},
        {"tokens_trained", {{"now", plan.tokens_now}, {"fresh", fresh}}},
        {"chain_bytes", chain_bytes},
        {"manifest",
         {{"persons", view.persons()},
          {"records", view.samples.size()},
          {"tokens", view.tokens()}}},
        {"costs", Json::array()}};
    answer.text = fmt::format(
        "{} people, {} records, {} tokens\nto train now: {} of {} tokens ({:.1f} %), {} of {} "
        "nodes, {} MiB of memory for each chain at work\n\n{:<36} {:>7} {:>8} {:>8}",
        view.persons(), view.samples.size(), view.tokens(), plan.tokens_now, fresh,
        fresh == 0 ? 0.0
                   : 100.0 * static_cast<double>(plan.tokens_now) / static_cast<double>(fresh),
        missing, plan.nodes_total, chain_bytes >> 20, "who leaves: share to train again", "people",
        "mean", "worst");
    for (const derive::Cost& cost : derive::cost_table(view, graph, project.settings.recipe)) {
        answer.json["costs"].push_back({{"who", cost.who},
                                        {"persons", cost.persons},
                                        {"share", cost.share},
                                        {"share_worst", cost.share_worst}});
        answer.text += fmt::format("\n{:<36} {:>7} {:>7.1f}% {:>7.1f}%", cost.who, cost.persons,
                                   100 * cost.share, 100 * cost.share_worst);
    }
    TRY(announce_found(project, answer));
    return answer;
}

/// Copies files of the model's folder, as they are, into a new one.
Result<void> export_files(Env& env, const Path& from, std::span<const std::string_view> names,
                          const Path& to) {
    if (!env.list(to).empty()) {
        return Error{Code::bad_input, "the folder is not empty", to.filename().string(),
                     "choose a new one"};
    }
    TRY(env.make_folders(to));
    for (const std::string_view name : names)
        TRY(env.write_file(to / name, TRY(env.read_file(from / name))));
    return env.sync_folder(to);
}

/// The model as one new file, which names it by its digest.
Result<void> export_gguf(Env& env, const Path& from, const std::string& type, const Path& to) {
    if (env.exists(to)) {
        return Error{Code::bad_input, "the file is there already", to.filename().string(),
                     "choose a new name"};
    }
    const engine::Model model = TRY(engine::load_model(env, from));
    const Bytes file = TRY(engine::gguf_file(model, *formats::gguf_type_named(type)));
    const Path folder = std::filesystem::absolute(to).parent_path();
    TRY(env.make_folders(folder));
    TRY(env.write_file(to, file));
    return env.sync_folder(folder);
}

}  // namespace

Result<Answer> derive_command(Context& context, const DeriveArguments& arguments) {
    const auto project = TRY(context.open());
    if (arguments.plan) return plan_answer(*project);
    const auto out =
        TRY(derive::derive(*project, arguments.fresh ? derive::Reuse::no : derive::Reuse::yes,
                           thread_count(arguments.threads)));
    Answer answer;
    answer.json = {{"model", {{"digest", digest_text(out.model)}, {"path", out.folder.string()}}},
                   {"manifest",
                    {{"root", digest_text(out.manifest)},
                     {"persons", out.persons},
                     {"records", out.records},
                     {"tokens", out.tokens},
                     {"deferred", out.deferred},
                     {"special_categories", "not screened"}}},
                   {"nodes",
                    {{"total", out.nodes_total},
                     {"reused", out.nodes_reused},
                     {"computed", out.nodes_computed}}},
                   {"tokens_trained", {{"now", out.tokens_now}, {"fresh", out.tokens_fresh}}},
                   {"seconds", out.seconds}};
    answer.text = fmt::format(
        "model {}\n  {} people, {} records, {} tokens\n  nodes: {} reused, {} computed\n  tokens "
        "trained: {} now, {} fresh\n  {:.1f} seconds, {}",
        digest_text(out.model), out.persons, out.records, out.tokens, out.nodes_reused,
        out.nodes_computed, out.tokens_now, out.tokens_fresh, out.seconds, out.folder.string());
    return answer;
}

Result<Answer> verify_command(Context& context, const std::string& model, int threads) {
    const auto project = TRY(context.open());
    std::optional<Digest> wanted;
    if (!model.empty()) wanted = TRY(parse_digest(model));
    const auto out = TRY(derive::verify(*project, wanted, thread_count(threads)));
    Answer answer;
    answer.holds = out.equal;
    answer.json = {
        {"equal", out.equal},
        {"model", digest_text(out.model)},
        {"nodes_compared", out.nodes_compared},
        {"unreadable", out.unreadable},
        {"first_difference", out.first_difference.empty() ? Json() : Json(out.first_difference)}};
    answer.text =
        out.equal ? fmt::format("equal: recomputing from nothing gives {}", digest_text(out.model))
                  : fmt::format("DIFFERENT: first difference: {}", out.first_difference);
    answer.text +=
        fmt::format("\n  {} recorded digests compared, {} stored nodes could not be read",
                    out.nodes_compared, out.unreadable);
    return answer;
}

Result<Answer> graph_command(Context& context) {
    const auto project = TRY(context.open());
    const derive::View view = TRY(project->view());
    const derive::Graph graph = TRY(project->graph(view));
    const auto store = TRY(derive::Store::open(*project));
    const auto present = TRY(store->present());
    Answer answer{Json::array(), ""};
    std::set<derive::Key> listed;
    const auto add = [&](const derive::Key& key, derive::NodeKind kind, const std::string& label,
                         const std::optional<Digest>& digest, std::uint64_t tokens,
                         std::string_view state) {
        listed.insert(key);
        answer.json.push_back({{"key", key.hex()},
                               {"kind", to_text(kind)},
                               {"label", label},
                               {"digest", digest ? Json(digest_text(*digest)) : Json()},
                               {"tokens", tokens},
                               {"state", state}});
        answer.text += fmt::format("{}{} {:<5} {:<34} {:>9} {}", answer.text.empty() ? "" : "\n",
                                   key.hex().substr(0, 12), to_text(kind), label, tokens, state);
    };
    for (const derive::NodeRow& row : TRY(derive::node_rows(project->db))) {
        const bool lost = row.kind == derive::NodeKind::train &&
                          row.state == derive::NodeState::present && !present.contains(row.key);
        const bool purging = row.state == derive::NodeState::purging;
        add(row.key, row.kind, row.label, row.digest, row.tokens,
            lost      ? "missing"
            : purging ? "purged"
                      : to_text(row.state));
    }
    for (const derive::Node& node : graph.nodes) {
        if (!listed.contains(node.key))
            add(node.key, node.kind, node.label, {}, node.tokens, "missing");
    }
    return answer;
}

Result<Answer> manifest_command(Context& context) {
    const auto project = TRY(context.open());
    const auto visible = TRY(derive::visible_model(project->db));
    if (!visible) return Error{Code::forbidden, "there is no model yet", "", "run 'litura derive'"};
    const auto manifest = TRY(derive::load_manifest(project->env, project->paths.manifests(),
                                                    project->secrets.project, visible->manifest));
    derive::View all = manifest.used;
    all.samples.insert(all.samples.end(), manifest.deferred.begin(), manifest.deferred.end());
    const auto places = place(all, TRY(derive::parse_settings(manifest.settings_text)).recipe);
    Answer answer;
    Json sources = Json::array();
    for (const auto& [name, statement] : TRY(project->ledger().snapshot()).statements) {
        sources.push_back({{"source", name},
                           {"audience", to_text(statement.audience)},
                           {"adults_only", statement.adults_only},
                           {"event", statement.event}});
    }
    answer.json = {{"root", digest_text(visible->manifest)},
                   {"purpose", manifest.purpose},
                   {"as_of", to_text(manifest.used.as_of)},
                   {"sequence", manifest.used.sequence},
                   {"rules", digest_text(manifest.used.rules)},
                   {"special_categories", "not screened"},
                   {"test_clock", manifest.test_clock},
                   {"base", digest_text(manifest.base)},
                   {"model", digest_text(manifest.model)},
                   {"sources", sources},
                   {"records", Json::array()}};
    answer.text = fmt::format(
        "manifest {}\n  purpose {}, as of {}, event {}\n  rules {}\n  special categories: not screened",
        digest_text(visible->manifest), manifest.purpose, to_text(manifest.used.as_of),
        manifest.used.sequence, digest_text(manifest.used.rules));
    for (std::size_t index = 0; index < all.samples.size(); ++index) {
        const derive::Sample& sample = all.samples[index];
        const char* state = index < manifest.used.samples.size() ? "used" : "deferred";
        const std::string id = keys::record_handle(project->secrets.deal, sample.record);
        const std::string person = project->ledger().handle(sample.person);
        answer.json["records"].push_back({{"id", id},
                                          {"person", person},
                                          {"stage", places[index].stage + 1},
                                          {"shard", places[index].shard},
                                          {"slice", slice_name(places[index])},
                                          {"state", state},
                                          {"event", sample.evidence}});
        answer.text += fmt::format("\n{} {} stage {} {} {} {}", id, person, places[index].stage + 1,
                                   places[index].shard, slice_name(places[index]), state);
    }
    return answer;
}

Result<Answer> manifest_check_command(Context& context, const std::string& root) {
    const auto project = TRY(context.open());
    const auto visible = TRY(derive::visible_model(project->db));
    if (root.empty() && !visible)
        return Error{Code::forbidden, "there is no model yet", "", "run 'litura derive'"};
    const Digest wanted = root.empty() ? visible->manifest : TRY(parse_digest(root));
    const auto manifest = TRY(derive::load_manifest(project->env, project->paths.manifests(),
                                                    project->secrets.project, wanted));
    const auto out = TRY(derive::check_manifest(*project, manifest));
    Answer answer;
    answer.holds = out.holds;
    answer.json = {
        {"holds", out.holds},
        {"root", digest_text(wanted)},
        {"rules", digest_text(manifest.used.rules)},
        {"records", out.records},
        {"same", out.same},
        {"otherwise", out.otherwise},
        {"destroyed", out.destroyed},
        {"first_difference", out.first_difference.empty() ? Json() : Json(out.first_difference)}};
    answer.text = fmt::format(
        "{}\n  {} records: {} decided as then, {} admitted on another event, {} destroyed since",
        out.holds ? "every record was admitted by the ledger and the rules of that day"
                  : "DOES NOT HOLD: " + out.first_difference,
        out.records, out.same, out.otherwise, out.destroyed);
    return answer;
}

Result<Answer> ledger_head_command(Context& context) {
    const auto project = TRY(context.open());
    const std::string head = TRY(derive::head_text(*project));
    Json json = TRY(parse_json(head, "the head"));
    return Answer{std::move(json), head};
}

Result<Answer> ledger_verify_command(Context& context, const std::string& head) {
    const auto project = TRY(context.open());
    auto out = TRY(project->ledger().verify_chain());
    if (!head.empty()) {
        const auto earlier = TRY(derive::parse_anchor(TRY(context.env.read_file(head)))).head;
        if (out.holds && !TRY(project->ledger().holds(earlier))) {
            out.holds = false;
            out.first_difference =
                "event " + std::to_string(earlier.seq) + ": another history than the head's";
        }
    }
    Answer answer;
    answer.holds = out.holds;
    answer.json = {
        {"holds", out.holds},
        {"events", out.events},
        {"unreadable", out.unreadable},
        {"first_difference", out.first_difference.empty() ? Json() : Json(out.first_difference)}};
    answer.text =
        out.holds
            ? fmt::format(
                  "the chain of {} events holds, and every table can be rebuilt from it\n  {} "
                  "payloads are unreadable: their keys were destroyed by recorded erasures",
                  out.events, out.unreadable)
            : fmt::format("DOES NOT HOLD: {}", out.first_difference);
    return answer;
}

Result<Answer> export_command(Context& context, const ExportArguments& arguments) {
    const auto project = TRY(context.open());
    TRY(project->permit().check(Act::publish));
    const derive::VisibleModel model = TRY(derive::usable_model(*project));
    TRY(project->permit().check_with(Act::publish, model.model));
    if (model.suppressed) {
        return Error{Code::forbidden,
                     "a suppressed model is for serving only and never leaves the house", "",
                     "run 'litura derive', then export"};
    }
    const Path from = TRY(derive::unchanged_folder(*project, model.model)), to = arguments.path;
    if (arguments.format == "gguf") {
        TRY(export_gguf(context.env, from, arguments.type, to));
    } else if (arguments.format == "hf") {
        TRY(export_files(context.env, from, engine::kModelFiles, to));
    } else if (project->settings.recipe.train.method.lora.rank > 0) {
        TRY(export_files(context.env, from, engine::kAdapterFiles, to));
    } else {
        return Error{Code::bad_input, "there is no adapter: this recipe trains all weights",
                     "litura.toml",
                     "run 'litura export hf DIR', or set update = \"lora\" and derive"};
    }
    TRY(project->ledger().note(
        "model.exported",
        {{"format", arguments.format}, {"path", arguments.path}, {"model", model.model.hex()}}));
    return Answer{
        {{"model", digest_text(model.model)}, {"path", arguments.path}},
        fmt::format("{} in {}\n  a copy outside the project is out of reach of later requests",
                    digest_text(model.model), arguments.path)};
}

}  // namespace litura::cli
