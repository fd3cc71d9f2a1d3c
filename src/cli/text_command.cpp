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

/// One line a token.
std::string render(const std::vector<service::Reason>& reasons) {
    std::string text = fmt::format("{:<16} {:>11} {:>8} {:>6} {:>8} {:>8}\n", "token",
                                   "probability", "context", "share", "persons", "records");
    for (const service::Reason& reason : reasons) {
        std::string shown = reason.token;
        for (char& each : shown)
            if (static_cast<unsigned char>(each) < ' ') each = ' ';
        const auto& carrier = reason.carrier;
        const std::string context =
            carrier.context == 0 ? "weights" : fmt::format("{}", carrier.context);
        text += fmt::format("{:<16} {:>11.4f} {:>8} {:>5.0f}% {:>8} {:>8}\n", shown,
                            carrier.probability, context, 100 * carrier.share, reason.persons,
                            reason.records);
    }
    return text;
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
    Json json = service::to_json(completion);
    if (!arguments.why) return Answer(std::move(json), completion.generated.text);
    if (!asked.session)
        return Error{Code::bad_input, "why a model says something is known of the project's only",
                     "--why", "leave out --model"};
    const auto reasons = TRY(service::reasons(*asked.session, *asked.model, completion.generated));
    json["why"] = service::to_json(reasons);
    return Answer(std::move(json), completion.generated.text + "\n\n" + render(reasons));
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
