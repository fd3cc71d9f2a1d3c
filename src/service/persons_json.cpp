// The results of persons.hpp as JSON.
#include "service/persons.hpp"

namespace litura::service {

Json to_json(const std::vector<PersonLine>& persons) {
    Json list = Json::array();
    for (const PersonLine& person : persons)
        list.push_back({{"person", person.handle},
                        {"stage", person.place ? Json(person.place->stage) : Json()},
                        {"shard", person.place ? Json(person.place->shard) : Json()},
                        {"tokens", person.tokens},
                        {"records", person.records},
                        {"admitted", person.admitted}});
    return {{"persons", std::move(list)}};
}

Json grounds_json(const Standing& standing) {
    Json list = Json::array();
    for (const ledger::Ground& ground : standing.grounds)
        list.push_back({{"basis", to_text(ground.basis)},
                        {"purpose", ground.purpose},
                        {"source", ground.source},
                        {"at", to_text(ground.at)},
                        {"until", optional_time(ground.until)},
                        {"notice", ground.notice ? Json(digest_text(*ground.notice)) : Json()},
                        {"event", ground.event}});
    return list;
}

Json bars_json(const Standing& standing) {
    Json list = Json::array();
    for (const ledger::Bar& bar : standing.bars)
        list.push_back(
            {{"kind", to_text(bar.kind)}, {"purpose", bar.purpose}, {"event", bar.event}});
    return list;
}

namespace {

Json record_json(const PersonShown::Record& record) {
    Json json = {{"id", record.handle},
                 {"source", record.source},
                 {"created_at", to_text(record.created_at)},
                 {"admitted", record.decision.admitted},
                 {"rule", to_text(record.decision.rule)},
                 {"event", record.decision.evidence}};
    if (!record.place) return json;
    json["stage"] = record.place->stage;
    json["shard"] = record.place->shard;
    json["tokens"] = record.tokens;
    return json;
}

}  // namespace

Json to_json(const PersonShown& person) {
    Json accounts = Json::array(), records = Json::array(), models = Json::array();
    for (const ledger::Account& account : person.accounts)
        accounts.push_back({{"source", account.source}, {"event", account.since}});
    for (const PersonShown::Record& record : person.records) records.push_back(record_json(record));
    for (const Digest& model : person.models) models.push_back(digest_text(model));
    return {{"person", person.handle},
            {"accounts", std::move(accounts)},
            {"grounds", grounds_json(person.standing)},
            {"bars", bars_json(person.standing)},
            {"records", std::move(records)},
            {"rules", to_json(person.rules)},
            {"models", std::move(models)}};
}

Json to_json(const Described& described) {
    const ledger::Description& said = described.said;
    return {{"person", described.handle},
            {"country", said.country ? Json(*said.country) : Json()},
            {"age", said.age ? Json(*said.age) : Json()},
            {"at", to_text(said.at)},
            {"suppressed", to_json(described.replacement)}};
}

Json to_json(const Linked& linked) { return {{"person", linked.handle}, {"linked", linked.other}}; }

}  // namespace litura::service
