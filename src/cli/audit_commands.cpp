// What models give away, and which come from which.
#include <fmt/format.h>

#include <numbers>
#include <thread>

#include "audit/claim.hpp"
#include "audit/difference.hpp"
#include "audit/lineage.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/loaded_model.hpp"
#include "derive/derive.hpp"
#include "release/registry.hpp"

namespace litura::cli {
namespace {

std::string group_text(const char* name, const audit::Group& group, std::size_t controls) {
    std::string text = fmt::format("\n  {}: {} people, words of {} can be read", name, group.people,
                                   group.measured);
    if (group.measured < audit::kFewestPeople) return text + "; too few to measure";
    const audit::Separation& membership = group.membership;
    const auto per_cent = [](double share) { return 100 * share; };
    text += fmt::format(
        "\n    recognised: AUC {:.3f} (95 %: {:.3f} to {:.3f}); {:.1f} % where {:.1f} % would be "
        "by "
        "chance",
        membership.auc, membership.auc_95[0], membership.auc_95[1],
        per_cent(membership.true_positive_rate), per_cent(membership.by_chance));
    text += fmt::format(
        "\n    written out exactly: {} of {} texts by both models together, {} by the one that saw "
        "them, {} by the other; controls {} of {}",
        group.extraction.contrast, group.extraction.prompts, group.extraction.saw,
        group.extraction.did_not, group.of_controls.contrast, group.of_controls.prompts);
    return text + fmt::format("\n    in samples: {} people, {} of {} controls", group.sampled,
                              group.sampled_controls, controls);
}

double log10_of(double natural) { return natural / std::numbers::ln10; }

Json correlation_json(const audit::Correlation& correlation) {
    return {{"rho", correlation.rho}, {"log10_p", log10_of(correlation.log_p)}};
}

constexpr const char* kVerdicts[] = {"reproduced", "in_part", "not_shown"};

Result<std::string> read_words(Context& context, const std::string& path) {
    std::string text(text_of(TRY(read_input(context.env, path))));
    if (text.ends_with('\n')) text.pop_back();
    if (is_utf8(text)) return text;
    return Error{Code::bad_input, "the text is not UTF-8", path == "-" ? "standard input" : path,
                 "save it as UTF-8"};
}

}  // namespace

Result<Answer> audit_claim_command(Context& context, const ClaimArguments& arguments) {
    const std::string said = TRY(read_words(context, arguments.said));
    const std::string prompt =
        arguments.prompt.empty() ? std::string() : TRY(read_words(context, arguments.prompt));
    const auto loaded = TRY(load_model(context, ""));
    derive::Project& project = *loaded->project;
    const engine::Model base =
        TRY(engine::load_model(context.env, project.paths.root / project.settings.recipe.base));
    const audit::Claim claim =
        TRY(audit::examine(loaded->model, base, prompt, said, loaded->permit()));
    const std::string verdict = kVerdicts[static_cast<int>(claim.verdict())];
    Answer answer;
    answer.json = {{"verdict", verdict},
                   {"model", digest_text(loaded->digest)},
                   {"tokens", claim.tokens},
                   {"begun", claim.begun},
                   {"longest", claim.longest},
                   {"loss", claim.nats},
                   {"base_loss", claim.base_nats}};
    TRY(project.ledger().note("claim.examined", answer.json));
    answer.text = fmt::format(
        "{}: of {} tokens the model writes the first {} by itself, and {} in a row at most\n"
        "  loss {:.3f} nats a token, of its base {:.3f}\n"
        "  whose they are: litura find --text -; to have them taken out: litura request erasure",
        verdict, claim.tokens, claim.begun, claim.longest, claim.nats, claim.base_nats);
    return answer;
}

Result<Answer> audit_diff_command(Context& context, const DiffArguments& arguments) {
    const auto project = TRY(context.open());
    Path after = arguments.after;
    if (after.empty())
        after = derive::model_folder(*project, TRY(derive::usable_model(*project)).model);
    const int threads = arguments.threads > 0
                            ? arguments.threads
                            : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const audit::Difference out =
        TRY(audit::compare(*project, arguments.before, after, arguments.controls, threads));
    Answer answer{audit::to_json(out), ""};
    TRY(release::keep_audit(*project, compact(answer.json)));
    const double bound = project->settings.policy.release.audit_bound;
    answer.json["bound"] = bound;
    answer.holds = out.measured() <= bound;
    answer.text = fmt::format("measured {:.3f}, bound {:.3f}: {}\n  {} to {}, {} controls",
                              out.measured(), bound, answer.holds ? "within" : "ABOVE THE BOUND",
                              digest_text(out.old_model), digest_text(out.new_model), out.controls);
    answer.text += group_text("departed", out.departed, out.controls);
    answer.text += group_text("joined (the departed in a mirror)", out.joined, out.controls);
    return answer;
}

Result<Answer> lineage_command(const std::string& a, const std::string& b) {
    const audit::Lineage out = TRY(audit::compare_weights(a, b));
    Answer answer;
    answer.json = {{"finding", to_text(out.finding())},
                   {"tensors", {{"a", out.tensors_a}, {"b", out.tensors_b}}},
                   {"shared_tensors", out.shared},
                   {"log10_p", log10_of(out.log_p())},
                   {"layers", Json::array()}};
    answer.text = fmt::format("{}: {} of {} and {} tensors are the same", to_text(out.finding()),
                              out.shared, out.tensors_a, out.tensors_b);
    for (const audit::LayerTest& layer : out.layers) {
        answer.json["layers"].push_back({{"layer", layer.layer},
                                         {"order", correlation_json(layer.order)},
                                         {"aligned", correlation_json(layer.aligned)}});
        answer.text +=
            fmt::format("\n  layer {}: order of units {:.3f}, up-projections with gates {:.3f}",
                        layer.layer, layer.order.rho, layer.aligned.rho);
    }
    if (!out.layers.empty())
        answer.text +=
            fmt::format("\n  that strangers look like this: p = 10^{:.1f}", log10_of(out.log_p()));
    return answer;
}

}  // namespace litura::cli
