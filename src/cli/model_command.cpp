// The commands `derive`, `verify`, `graph`, `manifest`, `ledger verify` and `export`.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "service/exports.hpp"
#include "service/models.hpp"

namespace litura::cli {
namespace {

double per_cent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string render(const derive::Derived& derived) {
    return fmt::format(
        "model {}\n  {} people, {} records, {} tokens\n  nodes: {} reused, {} computed\n  tokens "
        "trained: {} now, {} fresh\n  {:.1f} seconds, {}",
        digest_text(derived.model), derived.persons, derived.records, derived.tokens,
        derived.nodes_reused, derived.nodes_computed, derived.tokens_now, derived.tokens_fresh,
        derived.seconds, derived.folder.string());
}

std::string render(const service::DerivePlan& plan) {
    std::string text = fmt::format(
        "{} people, {} records, {} tokens\nto train now: {} of {} tokens ({:.1f} %), {} of {} "
        "nodes, {} MiB of memory for each chain at work\n\n{:<36} {:>7} {:>8} {:>8}",
        plan.persons, plan.records, plan.tokens, plan.tokens_now, plan.tokens_fresh,
        per_cent(plan.tokens_now, plan.tokens_fresh), plan.missing, plan.nodes,
        plan.chain_bytes >> 20, "who leaves: share to train again", "people", "mean", "worst");
    for (const derive::Cost& cost : plan.costs)
        text += fmt::format("\n{:<36} {:>7} {:>7.1f}% {:>7.1f}%", cost.who, cost.persons,
                            100 * cost.share, 100 * cost.share_worst);
    if (plan.barred.empty() && plan.to_decide == 0) return text;
    return text + fmt::format(
                      "\n\nfor the words or names of others: {} records barred, {} wait for a "
                      "decision",
                      plan.barred.size(), plan.to_decide);
}

std::string render(const derive::Verified& verified) {
    const std::string outcome =
        verified.equal
            ? fmt::format("equal: recomputing from nothing gives {}", digest_text(verified.model))
            : fmt::format("DIFFERENT: first difference: {}", verified.first_difference);
    return outcome +
           fmt::format("\n  {} recorded digests compared, {} stored nodes could not be read",
                       verified.nodes_compared, verified.unreadable);
}

std::string render(const service::NodeList& list) {
    std::string text;
    for (const service::GraphNode& node : list.nodes)
        text += fmt::format("{}{} {:<5} {:<34} {:>9} {}", text.empty() ? "" : "\n",
                            node.key.hex().substr(0, 12), to_text(node.kind), node.label,
                            node.tokens, node.state);
    return text;
}

std::string render(const service::ManifestView& manifest) {
    std::string text = fmt::format(
        "manifest {}\n  purpose {}, as of {}, event {}\n  rules {}\n  special categories: not "
        "screened",
        digest_text(manifest.root), manifest.purpose, to_text(manifest.as_of), manifest.sequence,
        digest_text(manifest.rules));
    for (const service::ManifestView::Record& record : manifest.records)
        text += fmt::format("\n{} {} stage {} {} {} {}", record.id, record.person, record.stage,
                            record.shard, record.slice, record.deferred ? "deferred" : "used");
    return text;
}

std::string render(const service::CheckedManifest& checked) {
    const derive::ManifestCheck& check = checked.check;
    return fmt::format(
        "{}\n  {} records: {} decided as then, {} admitted on another event, {} destroyed since",
        check.holds ? "every record was admitted by the ledger and the rules of that day"
                    : "DOES NOT HOLD: " + check.first_difference,
        check.records, check.same, check.otherwise, check.destroyed);
}

/// Nothing for no words.
Result<std::optional<Digest>> optional_digest(const std::string& words) {
    if (words.empty()) return std::optional<Digest>();
    return std::optional(TRY(parse_digest(words)));
}

}  // namespace

Result<Answer> derive_command(Context& context, const DeriveArguments& arguments) {
    const auto session = TRY(context.session());
    if (arguments.plan) {
        const auto plan = TRY(service::plan(*session));
        return Answer(service::to_json(plan), render(plan));
    }
    const auto reuse = arguments.fresh ? derive::Reuse::no : derive::Reuse::yes;
    const auto derived = TRY(service::derive_model(*session, reuse, arguments.threads));
    return Answer(service::to_json(derived), render(derived));
}

Result<Answer> verify_command(Context& context, const std::string& model, int threads) {
    const auto wanted = TRY(optional_digest(model));
    const auto session = TRY(context.session());
    const auto verified = TRY(service::verify(*session, wanted, threads));
    return Answer(service::to_json(verified), render(verified), verified.equal);
}

Result<Answer> graph_command(Context& context) {
    const auto session = TRY(context.session());
    const auto list = TRY(service::graph(*session));
    return Answer(service::to_json(list), render(list));
}

Result<Answer> manifest_command(Context& context) {
    const auto session = TRY(context.session());
    const auto manifest = TRY(service::manifest(*session));
    return Answer(service::to_json(manifest), render(manifest));
}

Result<Answer> manifest_check_command(Context& context, const std::string& root) {
    const auto wanted = TRY(optional_digest(root));
    const auto session = TRY(context.session());
    const auto result = TRY(service::check_manifest(*session, wanted));
    return Answer(service::to_json(result), render(result), result.check.holds);
}

Result<Answer> export_command(Context& context, const ExportArguments& arguments) {
    const auto session = TRY(context.session());
    const auto exported =
        TRY(service::export_model(*session, {arguments.format, arguments.path, arguments.type}));
    return Answer(
        service::to_json(exported),
        fmt::format(
            "{} in {}{}\n  a copy outside the project is out of reach of "
            "later requests",
            digest_text(exported.model), arguments.path,
            exported.without_memory ? "\n  the weights alone: the memory stays in the house" : ""));
}

}  // namespace litura::cli
