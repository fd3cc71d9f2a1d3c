// One derivation from view to visible model, and the suppressed model that needs no training.
#include "derive/derive.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <set>

#include "base/threads.hpp"
#include "derive/executor.hpp"
#include "derive/manifest.hpp"
#include "derive/memory.hpp"
#include "derive/node_rows.hpp"
#include "derive/quarantine.hpp"
#include "derive/reach.hpp"
#include "derive/watch.hpp"
#include "engine/merge.hpp"
#include "ledger/order.hpp"

namespace litura::derive {
namespace {

constexpr int kRoundsMax = 64;  ///< replanning because requests kept arriving

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Announces the graph's nodes; false if somebody left since the view: what was erased must not be
/// named again.
Result<bool> announce_view(Project& project, const Graph& graph, const View& view) {
    auto transaction = TRY(project.db.begin());
    if (TRY(project.ledger().sequence()) != view.sequence && !TRY(still_admitted(project, view)))
        return false;
    TRY(announce(project.db, graph, view));
    TRY(transaction.commit());
    return true;
}

/// start + the exact weighted mean of the chains' updates, from stored nodes.
Result<std::vector<float>> merge_group(const Graph& graph, const Group& group,
                                       std::vector<float> start, Store& store) {
    if (group.chains.empty()) return start;
    engine::Merge merge(start);
    for (const Chain& chain : group.chains) {
        const auto loaded = store.load_weights(graph.nodes[chain.slices.back()]);
        if (!loaded.ok()) {
            if (loaded.error().code == Code::check_failed)
                TRY(store.discard(graph.nodes[chain.slices.back()].key));
            return loaded.error();
        }
        TRY(merge.add(loaded.value(), chain.tokens));
    }
    std::vector<float> weights = merge.finish();
    TRY(store.record(graph.nodes[group.merge], weights_digest(weights)));
    return weights;
}

/// Merges every group in turn; all chain ends must be stored.
Result<std::vector<float>> merge_all(const Graph& graph, const Trainer& trainer, Store& store) {
    std::vector<float> weights = trainer.start_weights();
    for (const Group& group : graph.groups)
        weights = TRY(merge_group(graph, group, std::move(weights), store));
    return weights;
}

/// As it is stored; one that is damaged is discarded, so that the next round counts it again.
Result<memory::Memory> stored_memory(Store& store, const Node& node) {
    auto held = store.load_memory(node);
    if (!held.ok() && held.error().code == Code::check_failed) TRY(store.discard(node.key));
    return held;
}

/// The digest of the graph's memory, counted if it is not among the present; nothing if the graph
/// has none.
Result<std::optional<Digest>> remember(const MemoryTask& task, Store& store,
                                       const std::set<Key>& present) {
    if (present.contains(task.node.key))
        return std::optional(TRY(stored_memory(store, task.node)).digest());
    return std::optional(TRY(store.put(task.node, TRY(count_memory(task)), task.permit)));
}

/// What a derivation ends with.
struct Outcome {
    const std::vector<float>& weights;
    std::optional<Digest> memory;
};

/// How a model is named, and its files.
struct Names {
    Digest model, weights;
};

Result<Names> write_model_folder(Project& project, const Trainer& trainer, const Outcome& outcome) {
    const std::vector<float>& weights = outcome.weights;
    const Digest own = trainer.model_digest(weights);
    const Digest digest = model_digest(own, outcome.memory);
    const Names names{digest, own};
    const Path target = model_folder(project, digest);
    const auto is_sound = [&] {
        const auto held = trainer.read_digest(project.env, target);
        return held.ok() && held.value() == own;
    };
    if (is_sound()) return names;
    TRY(project.permit().check(Operation::write));
    const Path aside =
        project.paths.store() / "tmp" / fmt::format("model-{}-{}", ::getpid(), digest.hex());
    TRY(project.env.remove(aside));
    TRY(trainer.write_model(project.env, aside, weights));
    TRY(project.env.make_folders(project.paths.models()));
    if (is_sound()) {  // written by another process meanwhile
        TRY(project.env.remove(aside));
    } else {
        TRY(project.env.remove(target));
        TRY(project.env.rename(aside, target));
    }
    return names;
}

Manifest make_manifest(Project& project, const Trainer& trainer, const View& used,
                       std::vector<Sample> deferred, const Names& names) {
    Manifest manifest;
    manifest.settings_text = project.settings_text;
    manifest.purpose = project.settings.policy.admission.purpose;
    manifest.base = trainer.base_digest();
    manifest.model = names.model;
    manifest.weights = names.weights;
    manifest.used = used;
    manifest.deferred = std::move(deferred);
    manifest.test_clock = project.ledger().clock() == ledger::Ledger::Clock::test;
    return manifest;
}

/// Writes model and manifest and promotes them; nothing if a record of it is not admitted any more.
Result<std::optional<Derived>> publish_inside(Project& project, const Trainer& trainer,
                                              const View& used, std::vector<Sample> deferred,
                                              const Outcome& outcome) {
    const Names names = TRY(write_model_folder(project, trainer, outcome));
    const Digest& model = names.model;
    const Manifest manifest = make_manifest(project, trainer, used, std::move(deferred), names);
    Derived out;
    out.manifest = TRY(project.manifests().save(manifest));
    TRY(save_reach(project, TRY(build_reach(project, manifest, out.manifest))));
    out.model = model;
    out.memory = outcome.memory;
    out.folder = model_folder(project, model);
    out.suppressed = !manifest.deferred.empty();
    out.persons = used.persons();
    out.records = used.samples.size();
    out.tokens = used.tokens();
    out.deferred = manifest.deferred.size();
    if (!TRY(promote(project, manifest, out.suppressed))) return std::optional<Derived>();
    return std::optional<Derived>(out);
}

/// What was really trained, over all attempts.
struct Effort {
    std::atomic<std::uint64_t> tokens = 0;
    std::atomic<std::size_t> nodes = 0;
    bool begun = false;
};

/// The tasks of one group while they run: states come from the store and go there.
class GroupHost final : public ChainHost {
public:
    struct Scene {
        const Graph& graph;
        const std::vector<float>& start;  ///< what the group's chains start from
        const Permit& permit;
        Store& store;
        Watch& watch;
        TextSource& texts;
        Work& work;
        Effort& effort;
    };
    GroupHost(const Scene& scene, const std::vector<Task>& tasks) : scene_(scene), tasks_(tasks) {
        for (const Task& task : tasks)
            permits_.emplace_back(scene.permit, scene.watch, samples_of(chain(task)));
    }

    Result<engine::TrainState> start(std::size_t task) override {
        if (tasks_[task].first == 0) return engine::TrainState::fresh(scene_.start);
        const Node& node = node_at(task, tasks_[task].first - 1);
        auto state = scene_.store.load(node);
        if (!state.ok() && state.error().code == Code::check_failed)
            TRY(scene_.store.discard(node.key));
        return state;
    }
    const Permit& permit(std::size_t task) override { return permits_[task]; }
    Result<std::vector<AuthorTexts>> texts(const ChainTask::Slice& slice) override {
        return scene_.texts.slice(slice);
    }
    void trained(std::uint64_t targets) override {
        scene_.effort.tokens += targets;
        scene_.work.advance(targets);
    }
    Result<void> reached(std::size_t task, std::size_t slice,
                         const engine::TrainState& state) override {
        TRY(scene_.store.put(node_at(task, tasks_[task].first + slice), state, permits_[task]));
        ++scene_.effort.nodes;
        return done();
    }

private:
    const Chain& chain(const Task& task) const {
        return scene_.graph.groups[task.group].chains[task.chain];
    }
    const Node& node_at(std::size_t task, std::size_t slice) const {
        return scene_.graph.nodes[chain(tasks_[task]).slices[slice]];
    }
    /// Of the whole chain: the state that a tail starts from saw them too.
    std::vector<std::size_t> samples_of(const Chain& chain) const {
        std::vector<std::size_t> samples;
        for (const std::size_t slice : chain.slices) {
            const auto& own = scene_.graph.nodes[slice].samples;
            samples.insert(samples.end(), own.begin(), own.end());
        }
        return samples;
    }

    Scene scene_;
    const std::vector<Task>& tasks_;
    std::deque<ChainPermit> permits_;
};

/// One attempt: a plan carried out, until all is computed or somebody was barred meanwhile.
class Round {
public:
    Round(Project& project, const Trainer& trainer, Store& store, Reuse reuse, Executor& executor,
          Effort& effort, int threads)
        : project_(project), trainer_(trainer), store_(store), reuse_(reuse), executor_(executor),
          effort_(effort), threads_(threads) {}

    Result<std::optional<Derived>> run() {
        const View view = TRY(project_.view());
        const Graph graph = TRY(project_.graph(view));
        if (!TRY(announce_view(project_, graph, view))) return std::optional<Derived>();
        std::set<Key> present;
        if (reuse_ == Reuse::yes) present = TRY(store_.present());
        const Plan plan = make_plan(graph, present);
        const auto watch = TRY(Watch::open(project_, view));
        effort_.begun = true;
        const auto texts = TRY(TextSource::open(project_));
        Work work(project_.observer, "deriving", plan.tokens_now, "tokens");
        std::vector<float> weights = trainer_.start_weights();
        for (std::size_t group = 0; group < graph.groups.size(); ++group) {
            const GroupHost::Scene scene{graph, weights, project_.permit(), store_, *watch, *texts,
                                         work,  effort_};
            if (!TRY(run_group(scene, view, tasks_of(plan, group))))
                return std::optional<Derived>();
            weights = TRY(merge_group(graph, graph.groups[group], std::move(weights), store_));
        }
        TRY(store_.record(graph.nodes[0], trainer_.base_digest()));
        Outcome outcome{weights, {}};
        if (graph.memory) {
            const Node& node = graph.nodes[*graph.memory];
            const ChainPermit permit(project_.permit(), *watch, node.samples);
            const MemoryTask task{
                node,   view,     *rule_of(project_.settings.recipe),      trainer_, *texts,
                permit, threads_, reuse_ == Reuse::yes ? &store_ : nullptr};
            auto memory = remember(task, store_, present);
            if (!memory.ok() && memory.error().code == Code::forbidden) {
                TRY(project_.permit().check(Operation::write));
                return std::optional<Derived>();
            }
            outcome.memory = TRY(std::move(memory));
            effort_.nodes += plan.counts_memory;
        }
        auto derived = TRY(publish_inside(project_, trainer_, view, {}, outcome));
        if (derived) fill_counts(*derived, plan, graph);
        return derived;
    }

private:
    static std::vector<Task> tasks_of(const Plan& plan, std::size_t group) {
        std::vector<Task> tasks;
        std::ranges::copy_if(plan.tasks, std::back_inserter(tasks),
                             [&](const Task& task) { return task.group == group; });
        return tasks;
    }

    /// False if a chain was refused because somebody is barred since; an order's refusal is an
    /// error.
    Result<bool> run_group(const GroupHost::Scene& scene, const View& view,
                           const std::vector<Task>& tasks) {
        const Digest base = trainer_.base_digest();
        const TaskSource source{project_.settings_text, base, view, scene.graph};
        std::vector<ChainTask> chains;
        for (const Task& task : tasks) {
            chains.push_back(make_chain_task(
                source, scene.graph.groups[task.group].chains[task.chain], task.first));
        }
        GroupHost host(scene, tasks);
        const Ran ran = TRY(executor_.run(chains, host));
        if (ran.forbidden != 0) TRY(project_.permit().check(Operation::step));
        return ran.forbidden == 0;
    }

    void fill_counts(Derived& out, const Plan& plan, const Graph& graph) const {
        out.nodes_total = plan.nodes_total;
        out.nodes_reused = plan.nodes_reused;
        out.nodes_computed = effort_.nodes;
        out.tokens_now = effort_.tokens;
        out.tokens_fresh = graph.tokens_fresh();
    }

    Project& project_;
    const Trainer& trainer_;
    Store& store_;
    Reuse reuse_;
    Executor& executor_;
    Effort& effort_;
    int threads_;
};

/// The last complete derivation's records that may still be used as they were.
Result<View> last_view_filtered(Project& project, const View& present) {
    const auto root = TRY(last_derived(project.db));
    if (!root) return present.filtered([](const Sample&) { return false; });
    const Manifest manifest = TRY(project.manifests().load(*root));
    std::map<Digest, Digest> wordings;
    for (const Sample& sample : manifest.used.samples)
        wordings.emplace(sample.record, sample.wording);
    return present.filtered([&](const Sample& sample) {
        const auto found = wordings.find(sample.record);
        return found != wordings.end() && found->second == sample.wording;
    });
}

/// What of a view can be merged from stored nodes alone.
Result<View> servable_part(Project& project, const View& view, const std::set<Key>& present) {
    const Graph graph = TRY(project.graph(view));
    const std::vector<bool> kept = servable(graph, view.samples.size(), present);
    return view.filtered([&](const Sample& sample) {
        return kept[static_cast<std::size_t>(&sample - view.samples.data())];
    });
}

Result<std::optional<Derived>> suppress_once(Project& project, const Trainer& trainer,
                                             Store& store) {
    const View present_view = TRY(project.view());
    const std::set<Key> present = TRY(store.present());
    View best = TRY(servable_part(project, present_view, present));
    if (best.samples.size() < present_view.samples.size()) {
        View other =
            TRY(servable_part(project, TRY(last_view_filtered(project, present_view)), present));
        if (other.tokens() > best.tokens()) best = std::move(other);
    }
    const Graph graph = TRY(project.graph(best));
    if (!TRY(announce_view(project, graph, best))) return std::optional<Derived>();
    const std::vector<float> weights = TRY(merge_all(graph, trainer, store));
    std::vector<Sample> deferred;
    std::set_difference(present_view.samples.begin(), present_view.samples.end(),
                        best.samples.begin(), best.samples.end(), std::back_inserter(deferred),
                        [](const Sample& a, const Sample& b) { return a.record < b.record; });
    Outcome outcome{weights, {}};
    if (graph.memory) {
        const auto texts = TRY(TextSource::open(project));
        const MemoryTask task{graph.nodes[*graph.memory],
                              best,
                              *rule_of(project.settings.recipe),
                              trainer,
                              *texts,
                              project.permit(),
                              thread_count(),
                              &store};
        outcome.memory = TRY(remember(task, store, present));
    }
    auto derived = TRY(publish_inside(project, trainer, best, std::move(deferred), outcome));
    if (derived) {
        derived->nodes_total = derived->nodes_reused = graph.nodes.size();
        derived->tokens_fresh = graph.tokens_fresh();
    }
    return derived;
}

/// Says which node is damaged; it was dropped, so the next attempt computes it or leaves it out.
/// The same one a second time is the disk's fault.
Result<void> report_damage(Observer& observer, const Error& damage, std::set<std::string>& seen) {
    observer.say(damage.message + ": " + damage.where + "; it is not used");
    if (seen.insert(damage.where).second) return done();
    return Error{Code::environment, "a node was damaged again as soon as it was stored",
                 damage.where, "check the disk"};
}

/// Repeats an attempt while it finds damaged nodes, or is overtaken by requests: what is refused
/// because the ledger moved is tried again on the ledger as it is now.
template <typename Attempt>
Result<Derived> until_done(Project& project, const Attempt& attempt) {
    const auto started = std::chrono::steady_clock::now();
    std::set<std::string> damaged;
    for (int overtaken = 0; overtaken < kRoundsMax;) {
        const ledger::Sequence before = TRY(project.ledger().sequence());
        auto derived = attempt();
        if (!derived.ok() && derived.error().code == Code::check_failed) {
            TRY(report_damage(project.observer, derived.error(), damaged));
            continue;
        }
        const bool refused = !derived.ok() && derived.error().code == Code::forbidden;
        if (refused && TRY(project.ledger().sequence()) == before) return derived.error();
        if (refused || (derived.ok() && !derived.value())) {
            ++overtaken;
            continue;
        }
        Derived out = *TRY(std::move(derived));
        out.seconds = seconds_since(started);
        return out;
    }
    return Error{Code::forbidden, "requests kept arriving faster than the model could be derived",
                 "", "run 'litura derive' again"};
}

}  // namespace

Result<Derived> derive(Project& project, Reuse reuse, int threads) {
    const auto lock = project.db.lock("derive", Database::Wait::no);
    if (!lock.ok()) {
        return lock.error().code != Code::forbidden
                   ? lock.error()
                   : Error{Code::forbidden, "another derivation of this project is running", "",
                           "wait until it ends"};
    }
    TRY(project.permit().check(Operation::step));
    const Trainer* trainer = TRY(project.trainer());
    const auto store = TRY(Store::open(project));
    TRY(refresh_quarantine(project));
    TRY(store->purge());
    Effort effort;
    ThreadExecutor executor(*trainer, threads);
    auto derived = until_done(project, [&] {
        return Round(project, *trainer, *store, reuse, executor, effort, threads).run();
    });
    if (!derived.ok() && ledger::names_order(derived.error()) && effort.begun) {
        TRY(project.ledger().append("derivation.stopped", {{"order", derived.error().where},
                                                           {"tokens", effort.tokens.load()}}));
    }
    return derived;
}

Result<Derived> suppress(Project& project) {
    const Trainer* trainer = TRY(project.trainer());
    const auto store = TRY(Store::open(project));
    return until_done(project, [&] { return suppress_once(project, *trainer, *store); });
}

Result<VisibleModel> usable_model(Project& project) {
    const auto visible = TRY(visible_model(project.db));
    if (!visible) return Error{Code::forbidden, "there is no model yet", "", "run 'litura derive'"};
    if (TRY(usable_as_it_is(project, *visible))) return *visible;
    TRY(suppress(project));
    return *TRY(visible_model(project.db));
}

Result<Unchanged> unchanged_folder(Project& project, const Digest& model) {
    Path folder = model_folder(project, model);
    const auto found = TRY(project.trainer())->read_digest(project.env, folder);
    const Digest weights = found.ok() ? found.value() : Digest();
    auto memory = TRY(find_memory(project, weights, model));
    return Unchanged{std::move(folder), weights, std::move(memory)};
}

}  // namespace litura::derive
