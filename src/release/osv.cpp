#include "release/osv.hpp"

#include "release/page.hpp"

namespace litura::release {

std::string osv_of(const Registry& registry, const Recall& recall) {
    const Published* release = registry.find(recall.release);
    CHECK(release != nullptr);
    const std::string name = "litura-" + release->described.model.hex().substr(0, 12);
    const std::string modified = month(recall.at) + "-01T00:00:00Z";
    const std::string deadline = to_text(recall.deadline);
    const Json package = {{"ecosystem", "Litura"},
                          {"name", name},
                          {"purl", "pkg:generic/" + name + "@" + recall.release}};
    const Json osv = {
        {"schema_version", "1.6.0"},
        {"id", "LITURA-" + name.substr(7) + "-" + recall.id},
        {"modified", modified},
        {"summary", "This release must not be used any more"},
        {"affected",
         Json::array({{{"package", package}, {"versions", Json::array({recall.release})}}})},
        {"database_specific",
         {{"state", to_text(recall.strength)},
          {"deadline", deadline},
          {"signed", "recall/" + recall.release + ".json in the channel"}}}};
    return osv.dump(1) + "\n";
}

}  // namespace litura::release
