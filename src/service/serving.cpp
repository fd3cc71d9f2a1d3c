#include "service/serving.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "corpus/importers/import.hpp"
#include "corpus/marks.hpp"
#include "derive/attribution.hpp"
#include "derive/derive.hpp"
#include "derive/memory.hpp"
#include "engine/kernels.hpp"
#include "ledger/persons.hpp"
#include "service/models.hpp"

namespace litura::service {
namespace {

class Unbound final : public Permit {
public:
    Result<void> check(Operation) const override { return done(); }
};

Result<void> add_lines(engine::Evaluator& evaluator, std::string_view rest) {
    if (!rest.starts_with('{')) return evaluator.add(corpus::effective_text(rest));
    for (std::uint64_t line = 1; !rest.empty(); ++line) {
        const std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        if (text.empty()) continue;
        const std::string where = fmt::format("line {}", line);
        const Json json = TRY(parse_json(text, where));
        if (!json.is_object() || !json.contains("text") || !json["text"].is_string())
            return Error{Code::bad_input, "a line needs a field 'text'", where, ""};
        TRY(evaluator.add(corpus::effective_text(json["text"].get_ref<const std::string&>())));
    }
    return done();
}

/// Of all probability, in ordinary arithmetic.
double share_of(std::span<const float> logits, std::uint32_t token) {
    const double most = *std::ranges::max_element(logits);
    double sum = 0.0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - most);
    return std::exp(static_cast<double>(logits[token]) - most) / sum;
}

/// Asks the permit before every text.
template <typename Add>
Result<Judged> judge(ServedModel& model, const Add& add) {
    TRY(model.permit().check(Operation::serve));
    engine::Evaluator evaluator(model.next(), model.model().tokenizer);
    TRY(add(evaluator));
    const engine::Evaluation evaluation = evaluator.result();
    if (evaluation.tokens == 0)
        return Error{Code::bad_input, "nothing in it that can be judged", "",
                     "JSON lines need id, author, created_at and text in a file, text alone on "
                     "standard input"};
    return Judged{model.digest(), evaluation};
}

}  // namespace

ServedModel::ServedModel(engine::Model model, std::unique_ptr<Permit> permit, bool suppressed,
                         int threads)
    : model_(std::move(model)),
      digest_(engine::model_digest(model_.config, model_.weights, model_.tokenizer)),
      permit_(std::move(permit)), suppressed_(suppressed), pool_(thread_count(threads)),
      next_(model_, pool_) {}

Result<std::unique_ptr<ServedModel>> ServedModel::of_project(Session& session, int threads) {
    derive::Project& project = session.project();
    TRY(project.permit().check(Operation::serve));
    const derive::VisibleModel visible = TRY(derive::usable_model(project));
    TRY(project.permit().check_with(Operation::serve, visible.model));
    TRY(engine::choose_kernels());
    engine::Model model =
        TRY(engine::load_model(session.env(), derive::model_folder(project, visible.model)));
    std::unique_ptr<ServedModel> served(
        new ServedModel(std::move(model), nullptr, visible.suppressed, threads));
    served->permit_ = std::make_unique<ModelPermit>(project.permit(),
                                                    std::vector{visible.model, served->digest()});
    TRY(served->permit().check(Operation::serve));
    if (auto memory = TRY(derive::find_memory(project, served->digest(), visible.model)))
        served->mixed_.emplace(served->next_, std::move(memory));
    served->digest_ = visible.model;
    return served;
}

Result<std::unique_ptr<ServedModel>> ServedModel::of_folder(Env& env, const Path& folder,
                                                            std::optional<Instant> now,
                                                            int threads) {
    if (const auto around = derive::project_around(folder)) {
        auto session = TRY(Session::open(env, *around, now));
        auto served = TRY(of_project(*session, threads));
        const Path own = derive::model_folder(session->project(), served->digest());
        std::error_code error;
        if (!std::filesystem::equivalent(own, folder, error))
            return Error{Code::forbidden, "inside a project only the model in use may be read",
                         folder.filename().string(), "leave out --model, or export it"};
        served->session_ = std::move(session);
        return served;
    }
    TRY(engine::choose_kernels());
    engine::Model model = TRY(engine::load_model(env, folder));
    return std::unique_ptr<ServedModel>(
        new ServedModel(std::move(model), std::make_unique<Unbound>(), false, threads));
}

Result<Completion> complete(ServedModel& model, std::string_view prompt,
                            const engine::GenerateOptions& options) {
    if (!is_utf8(prompt))
        return Error{Code::bad_input, "the prompt is not UTF-8", "standard input", ""};
    auto generated =
        TRY(engine::generate(model.next(), model.model(), prompt, options, model.permit()));
    return Completion{model.digest(), model.suppressed(), std::move(generated)};
}

Result<std::vector<Reason>> reasons(Session& session, ServedModel& model,
                                    const engine::Generated& generated) {
    derive::Project& project = session.project();
    TRY(model.permit().check(Operation::serve));
    const derive::VisibleModel visible = TRY(derive::usable_model(project));
    if (visible.model != model.digest())
        return Error{Code::forbidden, "the model was replaced since it said this", "", "ask again"};
    const auto attribution = TRY(derive::Attribution::open(project, visible));
    std::vector<std::uint32_t> history = generated.prompt;
    const auto text = model.weights_alone().begin(
        history.size() + std::max<std::size_t>(generated.written.size(), 1) - 1);
    for (const std::uint32_t token : history) text->read(token);
    std::vector<Reason> out;
    for (const std::uint32_t token : generated.written) {
        Reason reason;
        const std::uint32_t one[] = {token};
        reason.token = model.model().tokenizer.decode(one);
        if (!is_utf8(reason.token)) reason.token.clear();
        const double p0 = share_of(text->logits(), token);
        reason.carrier = model.memory() == nullptr
                             ? memory::Carrier{0, 1.0, p0}
                             : memory::carrier(*model.memory(), history, token, p0);
        history.push_back(token);
        if (attribution && reason.carrier.context > 0) {
            const std::size_t length = reason.carrier.context + 1;
            for (const auto& each : attribution->behind(std::span(history).last(length))) {
                ++reason.persons;
                reason.records += each.records.size();
                if (reason.people.size() < kReasonPeople)
                    reason.people.push_back(session.ledger().persons().handle(each.person));
            }
        }
        out.push_back(std::move(reason));
        if (out.size() < generated.written.size()) text->read(token);
    }
    return out;
}

Result<Judged> judge_texts(ServedModel& model, std::string_view texts) {
    return judge(model, [&](engine::Evaluator& evaluator) { return add_lines(evaluator, texts); });
}

Result<Judged> judge_file(Env& env, ServedModel& model, const Path& path) {
    return judge(model, [&](engine::Evaluator& evaluator) -> Result<void> {
        const corpus::Sink sink = [&](corpus::IncomingRecord record) -> Result<corpus::Added> {
            TRY(model.permit().check(Operation::serve));
            TRY(evaluator.add(corpus::effective_text(record.text.reveal())));
            return corpus::Added{};
        };
        if (std::filesystem::is_directory(path)) {
            const auto count = [&](std::string_view text) {
                return model.model().tokenizer.encode(text).size();
            };
            TRY(corpus::import_debian_changelogs(path, {}, count, sink));
        } else if (path.extension() == ".jsonl" || path.extension() == ".gz") {
            TRY(corpus::import_jsonl(path, sink));
        } else {
            const Bytes bytes = TRY(env.read_file(path));
            TRY(add_lines(evaluator, text_of(bytes)));
        }
        return done();
    });
}

Json to_json(const Completion& completion) {
    return {{"model", digest_text(completion.model)},
            {"suppressed", completion.suppressed},
            {"text", completion.generated.text}};
}

Json to_json(const std::vector<Reason>& reasons) {
    Json all = Json::array();
    for (const Reason& reason : reasons)
        all.push_back({{"token", reason.token},
                       {"probability", reason.carrier.probability},
                       {"context", reason.carrier.context},
                       {"share", reason.carrier.share},
                       {"persons", reason.persons},
                       {"records", reason.records},
                       {"people", reason.people}});
    return all;
}

Json to_json(const Judged& judged) {
    return {{"model", digest_text(judged.model)},
            {"loss", judged.evaluation.nats},
            {"perplexity", judged.evaluation.perplexity},
            {"tokens", judged.evaluation.tokens},
            {"records", judged.evaluation.records}};
}

}  // namespace litura::service
