// The commands `complete` and `eval`: what the model says, and how well it foretells texts.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "service/serving.hpp"

namespace litura::cli {
namespace {

/// The project's model, or that of a folder.
struct Asked {
    std::unique_ptr<service::Session> session;
    std::unique_ptr<service::ServedModel> model;
};

Result<Asked> asked_model(Context& context, const std::string& folder, int threads) {
    Asked asked;
    if (folder.empty()) {
        asked.session = TRY(context.session());
        asked.model = TRY(service::ServedModel::of_project(*asked.session, threads));
    } else {
        asked.model =
            TRY(service::ServedModel::of_folder(context.env, folder, context.now, threads));
    }
    return asked;
}

}  // namespace

Result<Answer> complete_command(Context& context, const CompleteArguments& arguments) {
    const Asked asked = TRY(asked_model(context, arguments.model, 1));
    const Bytes input = TRY(read_input(context.env, "-"));
    std::string_view prompt = text_of(input);
    if (prompt.ends_with('\n')) prompt.remove_suffix(1);
    const engine::GenerateOptions options{
        arguments.max_tokens,
        {static_cast<float>(arguments.temperature), arguments.top_k, arguments.seed}};
    const auto completion = TRY(service::complete(*asked.model, prompt, options));
    return Answer(service::to_json(completion), completion.text);
}

Result<Answer> eval_command(Context& context, const EvalArguments& arguments) {
    const Asked asked = TRY(asked_model(context, arguments.model, 0));
    service::Judged judged;
    if (arguments.path == "-") {
        const Bytes texts = TRY(read_input(context.env, "-"));
        judged = TRY(service::judge_texts(*asked.model, text_of(texts)));
    } else {
        judged = TRY(service::judge_file(context.env, *asked.model, arguments.path));
    }
    const engine::Evaluation& out = judged.evaluation;
    return Answer(
        service::to_json(judged),
        fmt::format("{:.4f} nats a token (perplexity {:.1f}) over {} tokens of {} records",
                    out.nats, out.perplexity, out.tokens, out.records));
}

}  // namespace litura::cli
