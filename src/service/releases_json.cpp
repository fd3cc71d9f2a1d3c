// The results of releases.hpp as JSON.
#include "service/releases.hpp"

namespace litura::service {
namespace {

Json numbers(const release::Reach& reach) {
    return {{"known", reach.known},
            {"answered", reach.answered},
            {"cannot_be_named", reach.unnamed ? Json(*reach.unnamed) : Json()}};
}

Json recall_json(const release::Recall& recall, const release::Reach& reach) {
    return {{"recall", recall.id},
            {"release", recall.release},
            {"state", to_text(recall.strength)},
            {"deadline", to_text(recall.deadline)},
            {"recipients", numbers(reach)}};
}

}  // namespace

Json to_json(const BegunChannel& channel) {
    return {{"channel", channel.channel.string()},
            {"root", channel.root.string()},
            {"keys", channel.keys.string()}};
}

Json to_json(const SignedChannel& channel) {
    Json ending = Json::object();
    for (const auto& [role, at] : channel.ending) ending[role] = to_text(at);
    return {{"channel", channel.channel.string()},
            {"epoch", channel.epoch},
            {"signed", channel.renewed},
            {"ending", std::move(ending)}};
}

Json to_json(const Publication& publication) {
    const release::PublishAnswer& answer = publication.answer;
    return {{"release", answer.release},
            {"model", digest_text(answer.model)},
            {"path", publication.folder.string()},
            {"changed_people", answer.changed.people},
            {"lease_until", to_text(answer.lease_until)},
            {"supersedes", answer.supersedes ? Json(*answer.supersedes) : Json()},
            {"epoch", answer.epoch},
            {"without_memory", answer.without_memory}};
}

Json to_json(const release::Registry& registry) {
    Json releases = Json::array(), recalls = Json::array();
    for (const release::Published& one : registry.releases) {
        const proof::Release& described = one.described;
        releases.push_back(
            {{"release", described.name},
             {"model", digest_text(described.model)},
             {"manifest", digest_text(one.manifest)},
             {"published_at", to_text(one.at)},
             {"lease_until", to_text(described.lease_until)},
             {"state", to_text(described.state)},
             {"successor", described.successor.empty() ? Json() : Json(described.successor)}});
    }
    for (const release::Recall& recall : registry.recalls) {
        Json replies = Json::object();
        for (const auto& [id, reply] : recall.replies) replies[id] = to_text(reply);
        Json json = recall_json(recall, release::reach_of(registry, recall));
        json["replies"] = std::move(replies);
        recalls.push_back(std::move(json));
    }
    return {{"releases", std::move(releases)}, {"recalls", std::move(recalls)}};
}

Json to_json(const Unnamed& counted) {
    return {{"release", counted.release}, {"cannot_be_named", counted.copies}};
}

Json to_json(const Patched& patch) {
    const release::PatchMade& made = patch.made;
    return {{"patch", patch.path.string()}, {"from", made.from},          {"to", made.to},
            {"tensors", made.tensors},      {"kept", made.kept},          {"whole", made.whole},
            {"bytes", made.bytes},          {"new_bytes", made.new_bytes}};
}

Json to_json(const Recalled& recalled) { return recall_json(recalled.recall, recalled.reach); }

Json to_json(const Notified& notified) {
    return {{"recall", notified.recall},
            {"notices", notified.notices},
            {"path", notified.folder.string()},
            {"recipients", numbers(notified.reach)}};
}

Json to_json(const Replied& replied) {
    return {{"recall", replied.answered.recall},
            {"recipient", replied.answered.recipient},
            {"reply", to_text(replied.answered.reply)},
            {"recipients", numbers(replied.reach)}};
}

Json to_json(const Supplied& supplied) {
    return {{"recipient", supplied.recipient}, {"releases", supplied.releases}};
}

Json to_json(const RemovedRecipient& removed) {
    return {{"recipient", removed.recipient}, {"removed", true}};
}

Json to_json(const RecipientList& list) {
    Json recipients = Json::array();
    for (const RecipientList::Entry& entry : list.entries) {
        const auto words = [&](const PersonalText& text) {
            return Json(std::string(text.reveal()));
        };
        recipients.push_back({{"recipient", entry.id},
                              {"name", entry.contact ? words(entry.contact->name) : Json()},
                              {"contact", entry.contact ? words(entry.contact->address) : Json()},
                              {"releases", entry.releases}});
    }
    return {{"recipients", std::move(recipients)}};
}

}  // namespace litura::service
