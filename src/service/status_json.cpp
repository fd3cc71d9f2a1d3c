// The results of status.hpp as JSON.
#include "ledger/classes.hpp"
#include "ledger/order.hpp"
#include "service/classes.hpp"
#include "service/orders.hpp"
#include "service/request_json.hpp"
#include "service/status.hpp"
#include "service/words.hpp"

namespace litura::service {
namespace {

Json to_json(const Clocks& clocks) {
    Json ages = Json::object();
    for (std::size_t age = 0; age < kAges.size(); ++age) ages[kAges[age]] = clocks.ages[age];
    return {{"open", clocks.open},
            {"at_risk", clocks.at_risk},
            {"overdue", clocks.overdue},
            {"oldest_open_days", clocks.oldest_open_days ? Json(*clocks.oldest_open_days) : Json()},
            {"risk_days", ledger::kRiskDays},
            {"ages", ages},
            {"most_urgent", clocks.most_urgent}};
}

Json to_json(const std::optional<PublicStatus::Days>& days) {
    if (!days) return nullptr;
    return {{"median", days->median}, {"greatest", days->greatest}};
}

}  // namespace

Json to_json(const Status& status) {
    const derive::Deferred deferred =
        status.model ? status.model->visible.deferred : derive::Deferred();
    Json json = {
        {"now", to_text(status.now)},
        {"sequence", status.sequence},
        {"test_clock", status.test_clock},
        {"leap", nullptr},
        {"model", nullptr},
        {"deferred",
         {{"persons", deferred.persons}, {"records", deferred.records}, {"share", deferred.share}}},
        {"requests", Json::array()},
        {"orders", Json::array()},
        {"clocks", to_json(status.clocks)},
        {"classes", Json::array()}};
    if (const auto& leap = status.leap; leap)
        json["leap"] = {{"last", to_text(leap->last)}, {"machine", to_text(leap->machine)}};
    if (const auto& model = status.model; model)
        json["model"] = {{"digest", digest_text(model->visible.model)},
                         {"suppressed", model->visible.suppressed},
                         {"stale", model->stale}};
    for (const Status::Asked& asked : status.requests) {
        Json request = to_json(asked.request, status.now);
        request["found"] = {{"barred", asked.barred}, {"to_decide", asked.to_decide}};
        json["requests"].push_back(std::move(request));
    }
    for (const ledger::Order& order : status.orders) json["orders"].push_back(to_json(order));
    for (const ledger::ClassAction& action : status.classes)
        json["classes"].push_back(to_json(action));
    return json;
}

Json to_json(const PublicStatus& status) {
    return {{"rounded_down_to", 10},
            {"month", status.month},
            {"cut_off", status.cut_off ? Json(*status.cut_off) : Json()},
            {"unresolved", status.unresolved},
            {"days_waiting", to_json(status.waiting)},
            {"days_to_answer", to_json(status.answered)},
            {"releases", status.releases},
            {"filed", status.filed},
            {"clocks", status.clocks},
            {"denied", status.denied}};
}

}  // namespace litura::service
