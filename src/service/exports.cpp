#include "service/exports.hpp"

#include <fmt/format.h>

#include <set>
#include <span>

#include "derive/derive.hpp"
#include "engine/gguf_file.hpp"
#include "engine/lora_files.hpp"
#include "engine/model.hpp"
#include "ledger/decide.hpp"
#include "ledger/snapshots.hpp"

namespace litura::service {
namespace {

/// Copies files of the model's folder, as they are, into a new one.
Result<void> export_files(Env& env, const Path& from, std::span<const std::string_view> names,
                          const Path& to) {
    TRY(env.make_folders(to));
    for (const std::string_view name : names)
        TRY(env.write_file(to / name, TRY(env.read_file(from / name))));
    return env.sync_folder(to);
}

/// The model as one new file, which names it by its digest.
Result<void> export_gguf(Env& env, const Path& from, formats::GgufType type, const Path& to) {
    const engine::Model model = TRY(engine::load_model(env, from));
    const Bytes file = TRY(engine::gguf_file(model, type));
    const Path folder = std::filesystem::absolute(to).parent_path();
    TRY(env.make_folders(folder));
    TRY(env.write_file(to, file));
    return env.sync_folder(folder);
}

/// Did everybody whose words were counted let them be published?
Result<void> check_publication(derive::Project& project, const derive::VisibleModel& model) {
    const derive::Manifest manifest = TRY(project.manifests().load(model.manifest));
    const derive::Recipe recipe = TRY(derive::parse_settings(manifest.settings_text)).recipe;
    const derive::View remembered = manifest.used.filtered(
        [&](const derive::Sample& sample) { return derive::is_remembered(recipe, sample); });
    ledger::Policy policy = project.settings.policy.admission;
    policy.purpose = kPublication;
    const auto snapshot = TRY(project.ledger().snapshots().latest());
    const Instant now = TRY(project.ledger().now());
    std::set<Digest> others;
    const auto rows = TRY(project.corpus().rows(derive::records_of(remembered.samples)));
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (!rows[at] || !ledger::decide(*snapshot, rows[at]->facts(), policy, now).admitted)
            others.insert(remembered.samples[at].person);
    }
    if (others.empty()) return done();
    return Error{
        Code::forbidden,
        fmt::format("{} people in the memory did not let their words be published", others.size()),
        std::string("purpose ") + kPublication,
        "export the weights: they are nobody's who is in the memory only"};
}

Result<void> export_memory(Env& env, const memory::Memory& memory, const Path& to) {
    const Path folder = std::filesystem::absolute(to).parent_path();
    TRY(env.make_folders(folder));
    TRY(env.write_file(to, memory.bytes()));
    return env.sync_folder(folder);
}

Result<void> check_new(Env& env, const ExportWish& wish) {
    const std::string name = wish.path.filename().string();
    if (wish.format == "gguf" || wish.format == "memory") {
        if (!env.exists(wish.path)) return done();
        return Error{Code::bad_input, "the file is there already", name, "choose a new name"};
    }
    if (env.list(wish.path).empty()) return done();
    return Error{Code::bad_input, "the folder is not empty", name, "choose a new one"};
}

}  // namespace

Result<Exported> export_model(Session& session, const ExportWish& wish) {
    derive::Project& project = session.project();
    Env& env = session.env();
    TRY(project.permit().check(Operation::publish));
    const derive::VisibleModel model = TRY(derive::usable_model(project));
    TRY(project.permit().check_with(Operation::publish, model.model));
    if (model.suppressed) {
        return Error{Code::forbidden,
                     "a suppressed model is for serving only and never leaves the house", "",
                     "run 'litura derive', then export"};
    }
    const auto [from, weights, memory] = TRY(derive::unchanged_folder(project, model.model));
    TRY(project.permit().check_with(Operation::publish, weights));
    if (wish.format == "peft" && project.settings.recipe.train.method.lora.rank == 0) {
        return Error{Code::bad_input, "there is no adapter: this recipe trains all weights",
                     "litura.toml",
                     "run 'litura export hf DIR', or set update = \"lora\" and derive"};
    }
    if (wish.format == "memory") {
        if (!memory)
            return Error{Code::bad_input, "this model has no memory", "litura.toml",
                         "see docs/memory.md"};
        TRY(check_publication(project, model));
    }
    const auto type = formats::gguf_type_named(wish.type);
    if (!type) return Error{Code::bad_input, "no such type of numbers", "--type", ""};
    TRY(check_new(env, wish));
    const bool remembers = wish.format == "memory";
    const Digest& named = remembers ? model.model : weights;
    TRY(session.ledger().append(
        "model.exported",
        {{"format", wish.format}, {"path", wish.path.string()}, {"model", named.hex()}}));
    if (remembers) {
        TRY(export_memory(env, *memory, wish.path));
    } else if (wish.format == "gguf") {
        TRY(export_gguf(env, from, *type, wish.path));
    } else if (wish.format == "hf") {
        TRY(export_files(env, from, engine::kModelFiles, wish.path));
    } else {
        TRY(export_files(env, from, engine::kAdapterFiles, wish.path));
    }
    return Exported{remembers ? memory->digest() : weights, wish.path, memory && !remembers};
}

Json to_json(const Exported& exported) {
    return {{"model", digest_text(exported.model)},
            {"path", exported.path.string()},
            {"without_memory", exported.without_memory}};
}

}  // namespace litura::service
