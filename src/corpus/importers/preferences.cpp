#include "corpus/importers/preferences.hpp"

#include "corpus/importers/json_fields.hpp"
#include "corpus/importers/moments.hpp"

namespace litura::corpus {
namespace {

/// What is there, and is no "yes", is a "no": in doubt for whoever set it.
bool refuses(const Json& allow) {
    if (allow.is_null()) return false;
    if (allow.is_boolean()) return !allow.get<bool>();
    return allow != Json("true") && allow != Json("yes") && allow != Json("allow") &&
           allow != Json(1);
}

}  // namespace

void for_refusals(std::string_view collection, const Json& record,
                  const std::function<void(Instant)>& each) {
    if (collection != kUserIntents && collection != kAiPreference) return;
    if (text_field(record, {"scope", "$type"}).find("ntity") != std::string_view::npos) return;
    const Json& nested = field(record, {"preferences"});
    const Json& wishes = nested.is_object() ? nested : record;
    for (const auto& [name, wish] : wishes.items()) {
        const bool about = name == "training" || name.ends_with("syntheticContentGeneration") ||
                           name.ends_with("bulkDataset");
        if (!about || !refuses(wish.is_object() ? field(wish, {"allow"}) : wish)) continue;
        const auto since = parse_moment(text_field(wish, {"updatedAt"}));
        each(since.ok() ? since.value() : Instant{0});
    }
}

}  // namespace litura::corpus
