#include "cli/loaded_model.hpp"

#include "derive/derive.hpp"
#include "engine/kernels.hpp"

namespace litura::cli {

Result<std::unique_ptr<LoadedModel>> load_model(Context& context, const std::string& folder) {
    std::unique_ptr<derive::Project> project;
    Path path = folder;
    std::optional<derive::VisibleModel> visible;
    std::unique_ptr<Permit> bound = std::make_unique<Unbound>();
    if (folder.empty()) {
        project = TRY(context.open());
        TRY(project->permit().check(Act::serve));
        visible = TRY(derive::usable_model(*project));
        bound = std::make_unique<ModelPermit>(project->permit(), visible->model);
        TRY(bound->check(Act::serve));
        path = derive::model_folder(*project, visible->model);
    }
    TRY(engine::choose_kernels());
    engine::Model model = TRY(engine::load_model(context.env, path));
    const Digest digest = engine::model_digest(model.config, model.weights, model.tokenizer);
    if (visible && digest != visible->model) {
        return Error{Code::check_failed, "the visible model's files were changed",
                     "model.safetensors", "run 'litura derive'"};
    }
    return std::unique_ptr<LoadedModel>(new LoadedModel{std::move(project), std::move(model),
                                                        digest, visible && visible->suppressed,
                                                        std::move(bound)});
}

}  // namespace litura::cli
