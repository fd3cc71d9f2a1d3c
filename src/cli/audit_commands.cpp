// What models give away.
#include <fmt/format.h>

#include <thread>

#include "audit/difference.hpp"
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

}  // namespace litura::cli
