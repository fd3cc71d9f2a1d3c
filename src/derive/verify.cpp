// The replay.
#include "derive/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/progress.hpp"
#include "derive/executor.hpp"
#include "derive/manifest.hpp"
#include "derive/node_index.hpp"
#include "derive/reach.hpp"
#include "engine/merge.hpp"

namespace litura::derive {
namespace {

/// Of the visible model, or of the one that is asked for.
Result<Manifest> manifest_of(Project& project, const std::optional<Digest>& model) {
    if (model) return manifest_of_model(project, *model);
    const auto visible = TRY(visible_model(project.db));
    if (!visible) return Error{Code::forbidden, "there is no model yet", "", "run 'litura derive'"};
    return load_manifest(project.env, project.paths.manifests(), project.secrets.project,
                         visible->manifest);
}

bool is_among(const Json& payload, const char* list, const Digest& tag) {
    const auto found = payload.find(list);
    return found != payload.end() && found->is_array() &&
           std::find(found->begin(), found->end(), Json(tag.hex())) != found->end();
}

/// The event by which this sample's record, wording or key was destroyed; nothing if none says so.
Result<std::optional<ledger::Note>> destroyed_by(Project& project, const Sample& sample) {
    for (ledger::Note& note : TRY(project.ledger().notes("erasure.begun")))
        if (is_among(note.payload, "accounts", sample.account))
            return std::optional<ledger::Note>(std::move(note));
    for (const ledger::Request& request : TRY(project.ledger().requests())) {
        if (request.record != sample.record || !request.destroyed_at) continue;
        for (ledger::Note& note : TRY(project.ledger().notes("request.destroyed")))
            if (ledger::is_about(note, request)) return std::optional<ledger::Note>(std::move(note));
    }
    return std::optional<ledger::Note>();
}

/// Every record of the view must still be there with its wording, or the replay is impossible by
/// design.
Result<void> check_inputs(Project& project, const View& view) {
    for (const Sample& sample : view.samples) {
        const auto row = TRY(project.corpus().row(sample.record));
        if (row && row->wording == sample.wording) continue;
        const auto event = TRY(destroyed_by(project, sample));
        return Error{
            Code::forbidden,
            "inputs of this model were lawfully destroyed: it cannot be replayed any more",
            event ? fmt::format("event {}, {}, {}", event->seq, event->type, to_text(event->at))
                  : "",
            "see 'litura status' for the erasure or rectification; verify the present "
            "model instead"};
    }
    return done();
}

/// The recipe of today must ask for the same model; the policy, which is in no key, may have
/// changed.
Result<void> check_recipe(Project& project, const Manifest& manifest, const Graph& today) {
    const Settings then = TRY(parse_settings(manifest.settings_text));
    const Graph graph =
        build_graph(manifest.used, then.recipe, project.secrets.deal, manifest.base);
    if (graph.nodes[graph.model].key == today.nodes[today.model].key) return done();
    return Error{Code::forbidden, "the recipe or the base changed since this model was derived",
                 "litura.toml", "put the old recipe back, or derive again"};
}

class Replay {
public:
    Replay(Project& project, const Trainer& trainer, const View& view, const Graph& graph,
           TextSource& texts, int threads)
        : project_(project), trainer_(trainer), view_(view), graph_(graph), texts_(texts),
          threads_(threads), progress_("verifying", graph.tokens_fresh(), "tokens") {}

    Result<std::vector<float>> run(Verified& out) {
        std::vector<float> weights = trainer_.start_weights();
        for (const Group& group : graph_.groups)
            weights = TRY(run_group(group, std::move(weights), out));
        return weights;
    }

private:
    Result<std::vector<float>> run_group(const Group& group, std::vector<float> start,
                                         Verified& out) {
        if (group.chains.empty()) return start;
        engine::Merge merge(start);
        const auto body = [&](std::size_t index, Trainer::Worker& worker) {
            return run_one(group.chains[index], start, merge, worker, out);
        };
        const Ran ran = TRY(run_side_by_side(group.chains.size(), threads_, trainer_, body));
        if (ran.refusal) return *ran.refusal;
        std::vector<float> weights = merge.finish();
        TRY(compare(graph_.nodes[group.merge], weights_digest(weights), out));
        return weights;
    }

    Result<void> run_one(const Chain& chain, const std::vector<float>& start, engine::Merge& merge,
                         Trainer::Worker& worker, Verified& out) {
        const auto on_node = [&](const Node& node,
                                 const engine::TrainState& state) -> Result<void> {
            const Digest digest = state_digest(state);
            const std::lock_guard lock(mutex_);
            TRY(compare(node, digest, out));
            if (&node == &graph_.nodes[chain.slices.back()])
                TRY(merge.add(state.weights, chain.tokens));
            return done();
        };
        const auto on_tokens = [&](std::uint64_t targets) { progress_.advance(targets); };
        return run_chain({view_, graph_, chain, 0, project_.permit()},
                         engine::TrainState::fresh(start), worker, texts_, on_node, on_tokens);
    }

    Result<void> compare(const Node& node, const Digest& digest, Verified& out) {
        const auto row = TRY(node_row(project_.db, node.key));
        if (!row || !row->digest) return done();
        ++out.nodes_compared;
        if (*row->digest != digest && out.first_difference.empty())
            out.first_difference = node.label;
        return done();
    }

    Project& project_;
    const Trainer& trainer_;
    const View& view_;
    const Graph& graph_;
    TextSource& texts_;
    int threads_;
    std::mutex mutex_;
    Progress progress_;
};

/// Re-hashes every stored train node that the index calls present or quarantined.
Result<void> rehash(Project& project, Verified& out) {
    const auto store = Store::open(project);
    for (const NodeRow& row : TRY(node_rows(project.db))) {
        const bool stored = row.kind == NodeKind::train && (row.state == NodeState::present ||
                                                            row.state == NodeState::quarantined);
        if (!stored) continue;
        Node node;
        node.key = row.key;
        node.label = row.label;
        const bool readable = store.ok() && store.value()->readable(row.key);
        if (!readable) {
            ++out.unreadable;
        } else if (const auto state = store.value()->load(node);
                   !state.ok() && out.first_difference.empty()) {
            out.first_difference = row.label;
        }
    }
    return done();
}

/// The bytes that `complete` would use.
Result<void> check_visible_folder(Project& project, Verified& out) {
    const auto visible = TRY(visible_model(project.db));
    if (!visible || visible->model != out.model) return done();
    const Path folder = model_folder(project, visible->model);
    const auto digest = TRY(project.trainer())->read_digest(project.env, folder);
    const bool holds = digest.ok() && digest.value() == visible->model;
    if (!holds && out.first_difference.empty()) out.first_difference = "the visible model's folder";
    return done();
}

/// What `affected` answers from.
Result<void> check_columns(Project& project, const Manifest& manifest, Verified& out) {
    const auto reach = load_reach(project, manifest.root());
    if (!reach.ok() && reach.error().code != Code::broken) return reach.error();
    const bool holds = reach.ok() && agrees(reach.value(), manifest);
    if (!holds && out.first_difference.empty()) out.first_difference = "the manifest's columns";
    return done();
}

}  // namespace

Result<Verified> verify(Project& project, const std::optional<Digest>& model, int threads) {
    const Manifest manifest = TRY(manifest_of(project, model));
    TRY(check_inputs(project, manifest.used));
    const Trainer* trainer = TRY(project.trainer());
    const Graph graph = TRY(project.graph(manifest.used));
    TRY(check_recipe(project, manifest, graph));
    const auto texts = TRY(TextSource::open(project));
    Verified out;
    const std::vector<float> weights =
        TRY(Replay(project, *trainer, manifest.used, graph, *texts, threads).run(out));
    out.model = trainer->model_digest(weights);
    if (out.model != manifest.model && out.first_difference.empty())
        out.first_difference = "the model";
    TRY(rehash(project, out));
    TRY(check_visible_folder(project, out));
    TRY(check_columns(project, manifest, out));
    out.equal = out.first_difference.empty();
    return out;
}

}  // namespace litura::derive
