// The commands `audit` and `lineage`: what models give away, and which come from which.
#include <fmt/format.h>

#include <numbers>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "service/audits.hpp"

namespace litura::cli {
namespace {

std::string group_text(const char* name, const audit::Group& group, std::size_t controls) {
    std::string text = fmt::format("\n  {}: {} people, words of {} can be read", name, group.people,
                                   group.measured);
    if (group.measured < audit::kFewestPeople) return text + "; too few to measure";
    const audit::Separation& membership = group.membership;
    text += fmt::format(
        "\n    recognised: AUC {:.3f} (95 %: {:.3f} to {:.3f}); {:.1f} % where {:.1f} % would be "
        "by chance",
        membership.auc, membership.auc_95[0], membership.auc_95[1],
        100 * membership.true_positive_rate, 100 * membership.by_chance);
    text += fmt::format(
        "\n    written out exactly: {} of {} texts by both models together, {} by the one that saw "
        "them, {} by the other; controls {} of {}",
        group.extraction.contrast, group.extraction.prompts, group.extraction.saw,
        group.extraction.did_not, group.of_controls.contrast, group.of_controls.prompts);
    return text + fmt::format("\n    in samples: {} people, {} of {} controls", group.sampled,
                              group.sampled_controls, controls);
}

std::string render(const service::ExaminedClaim& examined) {
    const audit::Claim& claim = examined.claim;
    return fmt::format(
        "{}: of {} tokens the model writes the first {} by itself, and {} in a row at most\n"
        "  loss {:.3f} nats a token, of its base {:.3f}\n"
        "  whose they are: litura find --text -; to have them taken out: litura request erasure",
        examined.verdict(), claim.tokens, claim.begun, claim.longest, claim.nats, claim.base_nats);
}

std::string render(const service::MeasuredDifference& measured) {
    const audit::Difference& out = measured.difference;
    return fmt::format("measured {:.3f}, bound {:.3f}: {}\n  {} to {}, {} controls", out.measured(),
                       measured.bound, measured.within() ? "within" : "ABOVE THE BOUND",
                       digest_text(out.old_model), digest_text(out.new_model), out.controls) +
           group_text("departed", out.departed, out.controls) +
           group_text("joined (the departed in a mirror)", out.joined, out.controls);
}

std::string render(const audit::Lineage& lineage) {
    std::string text =
        fmt::format("{}: {} of {} and {} tensors are the same", to_text(lineage.finding()),
                    lineage.shared, lineage.tensors_a, lineage.tensors_b);
    for (const audit::LayerTest& layer : lineage.layers)
        text += fmt::format("\n  layer {}: order of units {:.3f}, up-projections with gates {:.3f}",
                            layer.layer, layer.order.rho, layer.aligned.rho);
    if (lineage.layers.empty()) return text;
    return text + fmt::format("\n  that strangers look like this: p = 10^{:.1f}",
                              lineage.log_p() / std::numbers::ln10);
}

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
    const auto session = TRY(context.session());
    const auto examined = TRY(service::examine_claim(*session, prompt, said));
    return Answer(service::to_json(examined), render(examined));
}

Result<Answer> audit_diff_command(Context& context, const DiffArguments& arguments) {
    const auto session = TRY(context.session());
    const auto measured = TRY(service::audit_difference(
        *session, {arguments.before, arguments.after, arguments.controls, arguments.threads}));
    return Answer(service::to_json(measured), render(measured), measured.within());
}

Result<Answer> lineage_command(const std::string& a, const std::string& b) {
    const auto lineage = TRY(service::lineage(a, b));
    return Answer(service::to_json(lineage), render(lineage));
}

}  // namespace litura::cli
