#include "service/audits.hpp"

#include <numbers>

#include "base/threads.hpp"
#include "derive/derive.hpp"
#include "release/registry.hpp"
#include "service/serving.hpp"

namespace litura::service {
namespace {

double log10_of(double natural) { return natural / std::numbers::ln10; }

Json correlation_json(const audit::Correlation& correlation) {
    return {{"rho", correlation.rho}, {"log10_p", log10_of(correlation.log_p)}};
}

}  // namespace

std::string_view ExaminedClaim::verdict() const {
    switch (claim.verdict()) {
        case audit::Verdict::reproduced: return "reproduced";
        case audit::Verdict::in_part: return "in_part";
        case audit::Verdict::not_shown: return "not_shown";
    }
    CHECK(false);
}

Result<ExaminedClaim> examine_claim(Session& session, std::string_view prompt,
                                    std::string_view said) {
    derive::Project& project = session.project();
    const auto served = TRY(ServedModel::of_project(session, 1));
    const engine::Model base =
        TRY(engine::load_model(session.env(), project.paths.root / project.settings.recipe.base));
    ThreadPool pool(1);
    engine::LlamaNextToken of_base(base, pool);
    ExaminedClaim examined{served->digest(), {}};
    examined.claim = TRY(audit::examine(served->next(), of_base, served->model().tokenizer, prompt,
                                        said, served->permit()));
    TRY(session.ledger().append("claim.examined", to_json(examined)));
    return examined;
}

Result<MeasuredDifference> audit_difference(Session& session, const DiffWish& wish) {
    derive::Project& project = session.project();
    Path after = wish.after;
    if (after.empty())
        after = derive::model_folder(project, TRY(derive::usable_model(project)).model);
    MeasuredDifference measured;
    measured.bound = project.settings.policy.release.audit_bound;
    measured.difference =
        TRY(audit::compare(project, wish.before, after, wish.controls, thread_count(wish.threads)));
    TRY(release::keep_audit(project, compact(audit::to_json(measured.difference))));
    return measured;
}

Result<audit::Lineage> lineage(const Path& a, const Path& b) {
    return audit::compare_weights(a, b);
}

Json to_json(const ExaminedClaim& examined) {
    return {{"verdict", examined.verdict()},        {"model", digest_text(examined.model)},
            {"tokens", examined.claim.tokens},      {"begun", examined.claim.begun},
            {"longest", examined.claim.longest},    {"loss", examined.claim.nats},
            {"base_loss", examined.claim.base_nats}};
}

Json to_json(const MeasuredDifference& measured) {
    Json json = audit::to_json(measured.difference);
    json["bound"] = measured.bound;
    return json;
}

Json to_json(const audit::Lineage& lineage) {
    Json layers = Json::array();
    for (const audit::LayerTest& layer : lineage.layers)
        layers.push_back({{"layer", layer.layer},
                          {"order", correlation_json(layer.order)},
                          {"aligned", correlation_json(layer.aligned)}});
    return {{"finding", to_text(lineage.finding())},
            {"tensors", {{"a", lineage.tensors_a}, {"b", lineage.tensors_b}}},
            {"shared_tensors", lineage.shared},
            {"log10_p", log10_of(lineage.log_p())},
            {"layers", std::move(layers)}};
}

}  // namespace litura::service
