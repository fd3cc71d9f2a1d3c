#include "service/exports.hpp"

#include <span>

#include "derive/derive.hpp"
#include "engine/gguf_file.hpp"
#include "engine/lora_files.hpp"
#include "engine/model.hpp"

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

Result<void> check_new(Env& env, const ExportWish& wish) {
    const std::string name = wish.path.filename().string();
    if (wish.format == "gguf") {
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
    const auto type = formats::gguf_type_named(wish.type);
    if (!type) return Error{Code::bad_input, "no such type of numbers", "--type", ""};
    TRY(check_new(env, wish));
    TRY(session.ledger().append(
        "model.exported",
        {{"format", wish.format}, {"path", wish.path.string()}, {"model", weights.hex()}}));
    if (wish.format == "gguf") {
        TRY(export_gguf(env, from, *type, wish.path));
    } else if (wish.format == "hf") {
        TRY(export_files(env, from, engine::kModelFiles, wish.path));
    } else {
        TRY(export_files(env, from, engine::kAdapterFiles, wish.path));
    }
    return Exported{weights, wish.path, memory != nullptr};
}

Json to_json(const Exported& exported) {
    return {{"model", digest_text(exported.model)},
            {"path", exported.path.string()},
            {"without_memory", exported.without_memory}};
}

}  // namespace litura::service
