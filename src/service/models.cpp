#include "service/models.hpp"

#include <fmt/format.h>

#include "base/threads.hpp"
#include "derive/project.hpp"
#include "ledger/findings.hpp"
#include "ledger/persons.hpp"
#include "ledger/requests.hpp"
#include "ledger/snapshots.hpp"

namespace litura::service {
namespace {

std::string slice_name(const derive::Place& place) {
    return fmt::format("bucket{}.{}", place.bucket, place.part);
}

Result<void> add_found(Session& session, DerivePlan& plan) {
    for (const ledger::Request& request : TRY(session.ledger().requests().all())) {
        const auto found = TRY(session.ledger().findings().of(request.id));
        for (const ledger::FoundRecord& each : found.barred)
            plan.barred.insert(record_handle(session, each.record));
        plan.to_decide += found.waiting.size();
    }
    return done();
}

Result<derive::VisibleModel> need_visible(derive::Project& project) {
    const auto visible = TRY(derive::visible_model(project.db));
    if (visible) return *visible;
    return Error{Code::forbidden, "there is no model yet", "", "run 'litura derive'"};
}

Result<derive::Manifest> load(derive::Project& project, const Digest& root) {
    return project.manifests().load(root);
}

std::string_view state_of(const derive::NodeRow& row, const std::set<derive::Key>& present) {
    const bool lost = is_stored(row.kind) && row.state == derive::NodeState::present &&
                      !present.contains(row.key);
    if (lost) return "missing";
    if (row.state == derive::NodeState::purging) return "purged";
    return to_text(row.state);
}

}  // namespace

Result<derive::Derived> derive_model(Session& session, derive::Reuse reuse, int threads) {
    return derive::derive(session.project(), reuse, thread_count(threads));
}

Result<DerivePlan> plan(Session& session) {
    derive::Project& project = session.project();
    const derive::View view = TRY(project.view());
    const derive::Graph graph = TRY(project.graph(view));
    const derive::Trainer* trainer = TRY(project.trainer());
    const auto store = TRY(derive::Store::open(project));
    const derive::Plan made = derive::make_plan(graph, TRY(store->present()));
    DerivePlan plan;
    plan.nodes = made.nodes_total;
    plan.reused = made.nodes_reused;
    plan.tokens_now = made.tokens_now;
    plan.tokens_fresh = graph.tokens_fresh();
    plan.chain_bytes = trainer->worker_bytes(1);
    plan.persons = view.persons();
    plan.records = view.samples.size();
    plan.tokens = view.tokens();
    plan.costs = derive::cost_table(view, graph, project.settings.recipe);
    plan.missing = made.counts_memory;
    for (const derive::Task& task : made.tasks)
        plan.missing += graph.groups[task.group].chains[task.chain].slices.size() - task.first;
    TRY(add_found(session, plan));
    return plan;
}

Result<derive::Verified> verify(Session& session, const std::optional<Digest>& model, int threads) {
    return derive::verify(session.project(), model, thread_count(threads));
}

Result<NodeList> graph(Session& session) {
    derive::Project& project = session.project();
    const derive::View view = TRY(project.view());
    const derive::Graph graph = TRY(project.graph(view));
    const auto store = TRY(derive::Store::open(project));
    const auto present = TRY(store->present());
    NodeList list;
    std::set<derive::Key> listed;
    for (const derive::NodeRow& row : TRY(derive::node_rows(project.db))) {
        listed.insert(row.key);
        list.nodes.push_back(
            {row.key, row.kind, row.label, row.digest, row.tokens, state_of(row, present)});
    }
    for (const derive::Node& node : graph.nodes) {
        if (listed.insert(node.key).second)
            list.nodes.push_back({node.key, node.kind, node.label, {}, node.tokens, "missing"});
    }
    return list;
}

Result<ManifestView> manifest(Session& session) {
    derive::Project& project = session.project();
    const derive::VisibleModel visible = TRY(need_visible(project));
    const derive::Manifest manifest = TRY(load(project, visible.manifest));
    derive::View all = manifest.used;
    all.samples.insert(all.samples.end(), manifest.deferred.begin(), manifest.deferred.end());
    const auto places = place(all, TRY(derive::parse_settings(manifest.settings_text)).recipe);
    ManifestView view;
    view.root = visible.manifest;
    view.rules = manifest.used.rules;
    view.base = manifest.base;
    view.model = manifest.model;
    view.purpose = manifest.purpose;
    view.as_of = manifest.used.as_of;
    view.sequence = manifest.used.sequence;
    view.test_clock = manifest.test_clock;
    for (const auto& [name, statement] : TRY(session.ledger().snapshots().latest())->sources)
        view.sources.push_back({name, statement.audience, statement.adults_only, statement.event});
    for (std::size_t index = 0; index < all.samples.size(); ++index) {
        const derive::Sample& sample = all.samples[index];
        view.records.push_back({record_handle(session, sample.record),
                                session.ledger().persons().handle(sample.person),
                                places[index].shard, slice_name(places[index]),
                                places[index].stage + 1, index >= manifest.used.samples.size(),
                                sample.evidence});
    }
    return view;
}

Result<CheckedManifest> check_manifest(Session& session, const std::optional<Digest>& root) {
    derive::Project& project = session.project();
    const Digest wanted = root ? *root : TRY(need_visible(project)).manifest;
    const derive::Manifest manifest = TRY(load(project, wanted));
    const derive::ManifestCheck check = TRY(derive::check_manifest(project, manifest));
    return CheckedManifest{wanted, manifest.used.rules, check};
}

}  // namespace litura::service
