// The results of models.hpp as JSON.
#include "service/models.hpp"

namespace litura::service {
namespace {

Json null_if_empty(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

Json to_json(const derive::Derived& derived) {
    Json model = {{"digest", digest_text(derived.model)}, {"path", derived.folder.string()}};
    if (derived.memory) model["memory"] = digest_text(*derived.memory);
    return {{"model", std::move(model)},
            {"manifest",
             {{"root", digest_text(derived.manifest)},
              {"persons", derived.persons},
              {"records", derived.records},
              {"tokens", derived.tokens},
              {"deferred", derived.deferred},
              {"special_categories", "not screened"}}},
            {"nodes",
             {{"total", derived.nodes_total},
              {"reused", derived.nodes_reused},
              {"computed", derived.nodes_computed}}},
            {"tokens_trained", {{"now", derived.tokens_now}, {"fresh", derived.tokens_fresh}}},
            {"seconds", derived.seconds}};
}

Json to_json(const DerivePlan& plan) {
    Json costs = Json::array();
    for (const derive::Cost& cost : plan.costs)
        costs.push_back({{"who", cost.who},
                         {"persons", cost.persons},
                         {"share", cost.share},
                         {"share_worst", cost.share_worst}});
    return {{"nodes", {{"total", plan.nodes}, {"reused", plan.reused}, {"computed", plan.missing}}},
            {"tokens_trained", {{"now", plan.tokens_now}, {"fresh", plan.tokens_fresh}}},
            {"chain_bytes", plan.chain_bytes},
            {"manifest",
             {{"persons", plan.persons}, {"records", plan.records}, {"tokens", plan.tokens}}},
            {"costs", std::move(costs)},
            {"found", {{"barred", plan.barred}, {"to_decide", plan.to_decide}}}};
}

Json to_json(const derive::Verified& verified) {
    return {{"equal", verified.equal},
            {"model", digest_text(verified.model)},
            {"nodes_compared", verified.nodes_compared},
            {"unreadable", verified.unreadable},
            {"first_difference", null_if_empty(verified.first_difference)}};
}

Json to_json(const NodeList& list) {
    Json nodes = Json::array();
    for (const GraphNode& node : list.nodes)
        nodes.push_back({{"key", node.key.hex()},
                         {"kind", to_text(node.kind)},
                         {"label", node.label},
                         {"digest", node.digest ? Json(digest_text(*node.digest)) : Json()},
                         {"tokens", node.tokens},
                         {"state", node.state}});
    return nodes;
}

Json to_json(const ManifestView& manifest) {
    Json sources = Json::array(), records = Json::array();
    for (const ManifestView::Source& source : manifest.sources)
        sources.push_back({{"source", source.name},
                           {"audience", to_text(source.audience)},
                           {"adults_only", source.adults_only},
                           {"event", source.event}});
    for (const ManifestView::Record& record : manifest.records)
        records.push_back({{"id", record.id},
                           {"person", record.person},
                           {"stage", record.stage},
                           {"shard", record.shard},
                           {"slice", record.slice},
                           {"state", record.deferred ? "deferred" : "used"},
                           {"event", record.event}});
    return {{"root", digest_text(manifest.root)},   {"purpose", manifest.purpose},
            {"as_of", to_text(manifest.as_of)},     {"sequence", manifest.sequence},
            {"rules", digest_text(manifest.rules)}, {"special_categories", "not screened"},
            {"test_clock", manifest.test_clock},    {"base", digest_text(manifest.base)},
            {"model", digest_text(manifest.model)}, {"sources", std::move(sources)},
            {"records", std::move(records)}};
}

Json to_json(const CheckedManifest& checked) {
    return {{"holds", checked.check.holds},
            {"root", digest_text(checked.root)},
            {"rules", digest_text(checked.rules)},
            {"records", checked.check.records},
            {"same", checked.check.same},
            {"otherwise", checked.check.otherwise},
            {"destroyed", checked.check.destroyed},
            {"first_difference", null_if_empty(checked.check.first_difference)}};
}

}  // namespace litura::service
