#include "release/exposure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "derive/manifest.hpp"

namespace litura::release {
namespace {

RecallReach reach_in(const Registry& registry, const Recall& recall) {
    RecallReach out;
    out.recall = recall.id;
    out.deadline = recall.deadline;
    out.reach = reach_of(registry, recall);
    out.told = recall.notified.size();
    for (const auto& [recipient, reply] : recall.replies) {
        out.applied += reply == Reply::said_applied;
        out.refused += reply == Reply::refused;
        out.unreachable += reply == Reply::unreachable;
    }
    return out;
}

Result<std::uint64_t> records_in(derive::Project& project, const Digest& root,
                                 const Digest& person) {
    const derive::Manifest manifest = TRY(derive::of_weights(TRY(project.manifests().load(root))));
    const auto& samples = manifest.used.samples;
    return static_cast<std::uint64_t>(std::ranges::count(samples, person, &derive::Sample::person));
}

std::string number_or(const std::optional<std::uint64_t>& number, const char* otherwise) {
    return number ? std::to_string(*number) : otherwise;
}

std::string state_in_words(proof::State state) {
    const std::string word(to_text(state));
    return state >= proof::State::soft_recall ? "recalled (" + word + ")" : word;
}

/// What a note's sentence is made of.
struct Words {
    const Json& payload;
    std::string operator()(const char* field) const {
        const auto found = payload.find(field);
        if (found == payload.end()) return "?";
        return found->is_string() ? found->get<std::string>() : found->dump();
    }
};

}  // namespace

Result<std::vector<Exposure>> exposures_of(derive::Project& project, const Digest& person) {
    const Registry registry = TRY(load_registry(project));
    std::vector<Exposure> out;
    for (const Published& one : registry.releases) {
        const std::uint64_t records = TRY(records_in(project, one.manifest, person));
        Exposure exposure{one.described.name, one.at, one.described.state, records, {}};
        for (const Recall& recall : registry.recalls)
            if (recall.release == one.described.name)
                exposure.recalls.push_back(reach_in(registry, recall));
        out.push_back(std::move(exposure));
    }
    return out;
}

Json to_json(const Exposure& exposure) {
    Json recalls = Json::array();
    for (const RecallReach& each : exposure.recalls)
        recalls.push_back(
            {{"recall", each.recall},
             {"deadline", to_text(each.deadline)},
             {"known", each.reach.known},
             {"told", each.told},
             {"answered", each.reach.answered},
             {"said_applied", each.applied},
             {"refused", each.refused},
             {"unreachable", each.unreachable},
             {"cannot_be_named", each.reach.unnamed ? Json(*each.reach.unnamed) : Json()}});
    return {{"release", exposure.release},
            {"published_at", to_text(exposure.published)},
            {"state", to_text(exposure.state)},
            {"records", exposure.records},
            {"recalls", recalls}};
}

std::string words_of(const Exposure& exposure) {
    std::string text = fmt::format(
        "Release {}, published {}, now {}: the list behind it has {} records of this person.\n",
        exposure.release, to_text(exposure.published), state_in_words(exposure.state),
        exposure.records);
    for (const RecallReach& each : exposure.recalls)
        text += fmt::format(
            "  {}, deadline {}: {} recipients are known, {} were told, {} answered ({} say that "
            "they applied it, {} refused), {} could not be reached; copies that cannot be named: "
            "{}.\n",
            each.recall, to_text(each.deadline), each.reach.known, each.told, each.reach.answered,
            each.applied, each.refused, each.unreachable,
            number_or(each.reach.unnamed, "nobody counted"));
    return text;
}

Result<std::vector<InModel>> models_of(derive::Project& project, const Digest& person) {
    std::vector<InModel> models;
    for (const ledger::ProjectEvent& event : TRY(project.ledger().events("model.visible"))) {
        InModel model;
        model.model = TRY(parse_digest(event.payload.value("model", "")));
        model.manifest = TRY(parse_digest(event.payload.value("manifest", "")));
        model.visible = event.at;
        if (!project.manifests().holds(model.manifest)) {
            models.push_back(std::move(model));
            continue;
        }
        const derive::Manifest manifest = TRY(project.manifests().load(model.manifest));
        model.purpose = manifest.purpose;
        model.records = static_cast<std::uint64_t>(
            std::ranges::count(manifest.used.samples, person, &derive::Sample::person));
        models.push_back(std::move(model));
    }
    return models;
}

Json to_json(const InModel& model) {
    return {{"model", to_text(model.model)},
            {"manifest", to_text(model.manifest)},
            {"purpose", model.purpose},
            {"visible_at", to_text(model.visible)},
            {"records", model.records ? Json(*model.records) : Json()}};
}

std::string words_of(const ledger::ProjectEvent& event) {
    const Words word{event.payload};
    if (event.type == "model.exported")
        return "a copy of the model was exported as " + word("format");
    if (event.type == "release.published") return "release " + word("release") + " was published";
    if (event.type == "release.superseded")
        return "release " + word("release") + " was superseded by " + word("successor");
    if (event.type == "release.counted")
        return word("unnamed") + " copies of release " + word("release") +
               " went to nobody knows whom";
    if (event.type == "release.recalled")
        return "release " + word("release") + " was recalled (" + word("recall") + ", " +
               word("state") + ")";
    if (event.type == "recipient.supplied")
        return "recipient " + word("recipient") + " got release " + word("release");
    if (event.type == "recall.notified")
        return "recipient " + word("recipient") + " was told of " + word("recall");
    return "recipient " + word("recipient") + " on " + word("recall") + ": " + word("reply");
}

}  // namespace litura::release
