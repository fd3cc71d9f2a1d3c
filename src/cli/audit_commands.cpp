// What models give away, and which come from which.
#include <fmt/format.h>

#include <numbers>
#include <thread>

#include "audit/difference.hpp"
#include "audit/lineage.hpp"
#include "cli/commands.hpp"
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

}  // namespace

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
