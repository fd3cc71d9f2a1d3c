// What the model says, and how well it foretells texts.
#include <fmt/format.h>

#include <thread>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/loaded_model.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "engine/evaluate.hpp"
#include "engine/generate.hpp"

namespace litura::cli {
namespace {

Result<void> add_texts(Context& context, const std::string& path,
                       const engine::Tokenizer& tokenizer, engine::Evaluator& evaluator) {
    const corpus::Sink sink = [&](corpus::IncomingRecord record) -> Result<corpus::Added> {
        TRY(evaluator.add(corpus::effective_text(record.text.reveal())));
        return corpus::Added{};
    };
    if (path != "-" && std::filesystem::is_directory(path)) {
        const auto count = [&](std::string_view text) { return tokenizer.encode(text).size(); };
        TRY(corpus::import_debian_changelogs(path, {}, count, sink));
        return done();
    }
    if (path != "-" && (path.ends_with(".jsonl") || path.ends_with(".gz"))) {
        TRY(corpus::import_jsonl(path, sink));
        return done();
    }
    const Bytes bytes = TRY(read_input(context.env, path));
    std::string_view rest = text_of(bytes);
    if (!rest.starts_with('{')) return evaluator.add(corpus::effective_text(rest));
    for (std::uint64_t line = 1; !rest.empty(); ++line) {
        const std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        if (text.empty()) continue;
        const std::string where = fmt::format("line {}", line);
        const Json json = TRY(parse_json(text, where));
        if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) {
            return Error{Code::bad_input, "a line needs a field 'text'", where, ""};
        }
        TRY(evaluator.add(corpus::effective_text(json["text"].get_ref<const std::string&>())));
    }
    return done();
}

}  // namespace

Result<Answer> complete_command(Context& context, const CompleteArguments& arguments) {
    const auto loaded = TRY(load_model(context, arguments.model));
    const Bytes prompt = TRY(read_input(context.env, "-"));
    std::string text(text_of(prompt));
    if (text.ends_with('\n')) text.pop_back();
    if (!is_utf8(text))
        return Error{Code::bad_input, "the prompt is not UTF-8", "standard input", ""};
    const engine::GenerateOptions options{arguments.max_tokens,
                                          static_cast<float>(arguments.temperature),
                                          arguments.top_k, arguments.seed};
    const std::string more = TRY(engine::generate(loaded->model, text, options, loaded->permit()));
    return Answer{{{"model", digest_text(loaded->digest)},
                   {"suppressed", loaded->suppressed},
                   {"text", more}},
                  more};
}

Result<Answer> eval_command(Context& context, const EvalArguments& arguments) {
    const auto loaded = TRY(load_model(context, arguments.model));
    engine::TrainSettings settings;
    settings.sequence = std::min<std::uint32_t>(settings.sequence, loaded->model.config.context);
    ThreadPool pool(std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    engine::Trainer trainer(loaded->model.config, settings, pool);
    engine::Evaluator evaluator(trainer, loaded->model.weights, loaded->model.tokenizer,
                                settings.sequence);
    TRY(add_texts(context, arguments.path, loaded->model.tokenizer, evaluator));
    const engine::Evaluation out = evaluator.result();
    return Answer{
        {{"model", digest_text(loaded->digest)},
         {"loss", out.nats},
         {"perplexity", out.perplexity},
         {"tokens", out.tokens},
         {"records", out.records}},
        fmt::format("{:.4f} nats a token (perplexity {:.1f}) over {} tokens of {} records",
                    out.nats, out.perplexity, out.tokens, out.records)};
}

}  // namespace litura::cli
