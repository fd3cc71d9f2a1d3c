#include "derive/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "derive/executor.hpp"
#include "derive/manifest.hpp"
#include "derive/memory.hpp"
#include "derive/node_rows.hpp"
#include "derive/reach.hpp"
#include "engine/merge.hpp"
#include "ledger/requests.hpp"

namespace litura::derive {
namespace {

/// Of the visible model, or of the one that is asked for.
Result<Manifest> manifest_of(Project& project, const std::optional<Digest>& model) {
    if (model) return manifest_of_model(project, *model);
    const auto visible = TRY(visible_model(project.db));
    if (!visible) return Error{Code::forbidden, "there is no model yet", "", "run 'litura derive'"};
    return project.manifests().load(visible->manifest);
}

bool is_among(const Json& payload, const char* list, const Digest& tag) {
    const auto found = payload.find(list);
    return found != payload.end() && found->is_array() &&
           std::find(found->begin(), found->end(), Json(tag.hex())) != found->end();
}

/// The event by which this sample's record, wording or key was destroyed; nothing if none says so.
Result<std::optional<ledger::ProjectEvent>> destroyed_by(Project& project, const Sample& sample) {
    for (ledger::ProjectEvent& event : TRY(project.ledger().events("erasure.begun")))
        if (is_among(event.payload, "accounts", sample.account))
            return std::optional<ledger::ProjectEvent>(std::move(event));
    for (const ledger::Request& request : TRY(project.ledger().requests().all())) {
        if (request.record != sample.record || !request.destroyed_at) continue;
        for (ledger::ProjectEvent& note : TRY(project.ledger().events("request.destroyed")))
            if (ledger::is_about(note, request))
                return std::optional<ledger::ProjectEvent>(std::move(note));
    }
    return std::optional<ledger::ProjectEvent>();
}

/// Every record of the view must still be there with its wording, or the replay is impossible by
/// design.
Result<void> check_inputs(Project& project, const View& view) {
    for (const Sample& sample : view.samples) {
        const auto row = TRY(project.corpus().row(sample.record));
        if (row && row->wording == sample.wording) continue;
        if (row && ledger::is_worded(row->facts(), sample.wording))
            return Error{Code::forbidden,
                         "this model was made of texts that were marked by an older Litura: it "
                         "cannot be replayed any more",
                         "", "run 'litura derive', and verify the model that it gives"};
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
    const auto asks = [](const Graph& of) {
        return std::pair(of.nodes[of.model].key, of.memory ? of.nodes[*of.memory].key : Key());
    };
    if (asks(graph) == asks(today)) return done();
    return Error{Code::forbidden, "the recipe or the base changed since this model was derived",
                 "litura.toml", "put the old recipe back, or derive again"};
}

/// Every chain from its beginning, its slices compared with what was recorded, its end merged.
class Replay final : public ChainHost {
public:
    Replay(Project& project, const Trainer& trainer, const View& view, const Graph& graph,
           TextSource& texts, Executor& executor, int threads, Verified& out)
        : project_(project), trainer_(trainer), view_(view), graph_(graph), texts_(texts),
          executor_(executor), threads_(threads), out_(out),
          work_(project.observer, "verifying", graph.tokens_fresh(), "tokens") {}

    /// The digest of the model that comes of it.
    Result<Digest> run() {
        weights_ = trainer_.start_weights();
        for (const Group& group : graph_.groups) {
            if (!group.chains.empty()) TRY(run_group(group));
        }
        if (graph_.memory) TRY(run_memory());
        return model_digest(trainer_.model_digest(weights_), memory_);
    }

    Result<engine::TrainState> start(std::size_t) override {
        return engine::TrainState::fresh(weights_);
    }
    const Permit& permit(std::size_t) override { return project_.permit(); }
    Result<std::vector<AuthorTexts>> texts(const ChainTask::Slice& slice) override {
        return texts_.slice(slice);
    }
    void trained(std::uint64_t targets) override { work_.advance(targets); }
    Result<void> reached(std::size_t task, std::size_t slice,
                         const engine::TrainState& state) override {
        const Chain& chain = group_->chains[task];
        const Digest digest = state_digest(state);
        const std::lock_guard lock(mutex_);
        TRY(compare(graph_.nodes[chain.slices[slice]], digest));
        if (slice + 1 == chain.slices.size()) TRY(merge_->add(state.weights, chain.tokens));
        return done();
    }

private:
    Result<void> run_group(const Group& group) {
        group_ = &group;
        merge_.emplace(weights_);
        const Digest base = trainer_.base_digest();
        const TaskSource source{project_.settings_text, base, view_, graph_};
        std::vector<ChainTask> tasks;
        for (const Chain& chain : group.chains) tasks.push_back(make_chain_task(source, chain, 0));
        const Ran ran = TRY(executor_.run(tasks, *this));
        if (ran.refusal) return *ran.refusal;
        weights_ = merge_->finish();
        return compare(graph_.nodes[group.merge], weights_digest(weights_));
    }

    Result<void> run_memory() {
        const Node& node = graph_.nodes[*graph_.memory];
        const MemoryTask task{node,     view_,  *rule_of(project_.settings.recipe),
                              trainer_, texts_, project_.permit(),
                              threads_, nullptr};
        memory_ = TRY(count_memory(task)).memory.digest();
        return compare(node, *memory_);
    }

    Result<void> compare(const Node& node, const Digest& digest) {
        const auto row = TRY(node_row(project_.db, node.key));
        if (!row || !row->digest) return done();
        ++out_.nodes_compared;
        if (*row->digest != digest && out_.first_difference.empty())
            out_.first_difference = node.label;
        return done();
    }

    Project& project_;
    const Trainer& trainer_;
    const View& view_;
    const Graph& graph_;
    TextSource& texts_;
    Executor& executor_;
    int threads_;
    Verified& out_;
    Work work_;
    std::mutex mutex_;
    std::vector<float> weights_;  ///< what the group's chains start from
    const Group* group_ = nullptr;
    std::optional<engine::Merge> merge_;
    std::optional<Digest> memory_;
};

/// Re-hashes every stored train node that the index calls present or quarantined.
Result<void> rehash(Project& project, Verified& out) {
    const auto store = Store::open(project);
    for (const NodeRow& row : TRY(node_rows(project.db))) {
        const bool stored = is_stored(row.kind) && (row.state == NodeState::present ||
                                                    row.state == NodeState::quarantined);
        if (!stored) continue;
        Node node;
        node.key = row.key;
        node.label = row.label;
        const bool readable = store.ok() && store.value()->readable(row.key);
        if (!readable) {
            ++out.unreadable;
        } else if (const bool holds = row.kind == NodeKind::memory
                                          ? store.value()->load_memory(node).ok()
                                          : store.value()->load(node).ok();
                   !holds && out.first_difference.empty()) {
            out.first_difference = row.label;
        }
    }
    return done();
}

/// The bytes that `complete` would use.
Result<void> check_visible_folder(Project& project, Verified& out) {
    const auto visible = TRY(visible_model(project.db));
    if (!visible || visible->model != out.model) return done();
    const bool holds = unchanged_folder(project, visible->model).ok();
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
    ThreadExecutor executor(*trainer, threads);
    Verified out;
    out.model =
        TRY(Replay(project, *trainer, manifest.used, graph, *texts, executor, threads, out).run());
    if (out.model != manifest.model && out.first_difference.empty())
        out.first_difference = "the model";
    TRY(rehash(project, out));
    TRY(check_visible_folder(project, out));
    TRY(check_columns(project, manifest, out));
    out.equal = out.first_difference.empty();
    return out;
}

}  // namespace litura::derive
