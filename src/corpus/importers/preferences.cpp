#include "corpus/importers/preferences.hpp"

#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {

void for_refusals(std::string_view collection, const Json& record,
                  const std::function<void(Instant)>& each) {
    if (collection != kUserIntents && collection != kAiPreference) return;
    if (text_field(record, {"scope", "$type"}).find("ntity") != std::string_view::npos) return;
    const Json& nested = field(record, {"preferences"});
    const Json& wishes = nested.is_object() ? nested : record;
    for (const auto& [name, wish] : wishes.items()) {
        const bool about = name == "training" || name.ends_with("syntheticContentGeneration") ||
                           name.ends_with("bulkDataset");
        const Json& allow = field(wish, {"allow"});
        if (!about || !allow.is_boolean() || allow.get<bool>()) continue;
        const auto since = parse_moment(text_field(wish, {"updatedAt"}));
        each(since.ok() ? since.value() : Instant{0});
    }
}

}  // namespace litura::corpus
