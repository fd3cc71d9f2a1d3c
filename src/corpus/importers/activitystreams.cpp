// The format activitystreams: documents with one object or activity, or a collection of them.
#include "corpus/importers/activity.hpp"
#include "corpus/importers/format_list.hpp"
#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/json_items.hpp"

namespace litura::corpus {
namespace {

constexpr std::string_view kActorTypes[] = {"Person", "Service", "Application", "Organization",
                                            "Group"};

class ActivityStreams final : public Reader {
public:
    explicit ActivityStreams(const ImportOptions& options) : given_(options.author.clone()) {}

    Result<bool> read(const Member& member, Intake& intake) override {
        if (!member.alone && !member.named("", ".json") && !member.named("", ".jsonld")) {
            return false;
        }
        TRY(take_items(
            member, {"/orderedItems", "/items"}, intake,
            [&](const Json& item) { return take_activity(item, given_, intake); },
            [&](const Json& document) { return take_document(document, intake); }));
        return true;
    }

private:
    Result<void> take_document(const Json& document, Intake& intake) const {
        const std::string_view type = text_field(document, {"type"});
        if (type.ends_with("Collection") || type.ends_with("CollectionPage")) return done();
        const bool actor = std::ranges::find(kActorTypes, type) != std::end(kActorTypes);
        return actor ? take_actor(document, intake) : take_activity(document, given_, intake);
    }

    PersonalText given_;  ///< whose posts are that name nobody
};

Likeness outbox_likeness(const Glance& glance) {
    return glance.head.find("www.w3.org/ns/activitystreams") == glance.head.npos ? Likeness::none
                                                                                 : Likeness::weak;
}

}  // namespace

extern const Format kActivityStreams = {
    .name = "activitystreams",
    .reads = "ActivityStreams 2.0 documents",
    .likeness = outbox_likeness,
    .reader = [](const ImportOptions& options) -> std::unique_ptr<Reader> {
        return std::make_unique<ActivityStreams>(options);
    }};

}  // namespace litura::corpus
