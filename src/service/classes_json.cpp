// The results of classes.hpp as JSON.
#include "ledger/classes.hpp"
#include "service/classes.hpp"

namespace litura::service {
namespace {

Json touched_json(const derive::Touched& touched) {
    return {{"persons", touched.persons}, {"records", touched.records}, {"tokens", touched.tokens}};
}

Json manifests_json(const std::vector<Touching>& manifests) {
    Json list = Json::array();
    for (const Touching& one : manifests) {
        Json exports = Json::array();
        for (const Touching::Exported& each : one.exports)
            exports.push_back({{"path", each.path}, {"at", to_text(each.at)}});
        list.push_back({{"manifest", digest_text(one.manifest)},
                        {"model", digest_text(one.model)},
                        {"as_of", to_text(one.as_of)},
                        {"visible", one.visible},
                        {"certain", touched_json(one.affected.certain)},
                        {"possible", touched_json(one.affected.possible)},
                        {"exports", std::move(exports)},
                        {"releases", one.releases}});
    }
    return list;
}

template <typename Value>
Json list_json(const std::vector<Value>& values) {
    Json list = Json::array();
    for (const Value& each : values) list.push_back(to_json(each));
    return list;
}

}  // namespace

Json to_json(const ledger::Entity& entity) {
    return {{"entity", entity.id},
            {"name", entity.name},
            {"country", entity.country},
            {"listed_as", entity.listed_as},
            {"key", entity.key.hex()}};
}

Json to_json(const std::vector<ledger::Entity>& entities) { return list_json(entities); }

Json to_json(const ledger::ClassAction& action) {
    const ledger::Terms& terms = action.terms;
    return {{"class", action.id},
            {"entity", terms.entity},
            {"kind", to_text(terms.kind)},
            {"purpose", terms.purpose},
            {"mode", to_text(terms.mode)},
            {"residence", terms.residence},
            {"where", terms.where ? Json(terms.where->text()) : Json()},
            {"list", terms.list ? Json(digest_text(*terms.list)) : Json()},
            {"on_list", action.on_list},
            {"until", optional_time(terms.until)},
            {"accepted_at", to_text(action.accepted_at)},
            {"accounts",
             {{"looked_up", action.looked_up},
              {"waiting", action.waiting},
              {"matched", action.matched},
              {"represented", action.represented},
              {"left", action.left},
              {"erased", action.erased},
              {"elsewhere", action.elsewhere}}}};
}

Json to_json(const std::vector<ledger::ClassAction>& actions) { return list_json(actions); }

Json to_json(const ClassChanged& changed) {
    Json json = to_json(changed.action);
    json["suppressed"] = to_json(changed.replacement);
    return json;
}

Json to_json(const Said& said) { return to_json(said.changed); }

Json to_json(const MembersErased& erased) {
    Json json = to_json(erased.action);
    json["erased_now"] = erased.erased;
    return json;
}

Json to_json(const ClassShown& shown) {
    Json json = to_json(shown.action);
    json["persons"] = shown.members.size();
    json["manifests"] = manifests_json(shown.manifests);
    json["members"] = shown.members;
    return json;
}

Json to_json(const AffectedShown& shown) {
    return {{"where", shown.where}, {"manifests", manifests_json(shown.manifests)}};
}

}  // namespace litura::service
