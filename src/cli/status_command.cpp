// `status`: what is due, most urgent first; what is deferred and what is forbidden. With --public
// only counters, rounded so that nobody's request can be told from them.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/commands.hpp"
#include "cli/request_json.hpp"
#include "derive/derive.hpp"
#include "release/registry.hpp"

namespace litura::cli {
namespace {

using ledger::Pace;
using ledger::Request;

constexpr std::int64_t kDayMs = 86'400'000;

bool is_open(const Request& request) { return !request.answered_at.has_value(); }

/// Ages of open requests in whole days, in weeks and months of the law.
const char* age_class(std::int64_t days) {
    if (days <= 7) return "up to 7 days";
    if (days <= 14) return "8 to 14 days";
    if (days <= 31) return "15 to 31 days";
    return "over 31 days";
}

Json clocks_json(const std::vector<Request>& urgent, Instant now) {
    Json json = {{"open", urgent.size()},
                 {"at_risk", 0},
                 {"overdue", 0},
                 {"oldest_open_days", nullptr},
                 {"risk_days", ledger::kRiskDays}};
    json["ages"] = {
        {"up to 7 days", 0}, {"8 to 14 days", 0}, {"15 to 31 days", 0}, {"over 31 days", 0}};
    json["most_urgent"] = Json::array();
    std::int64_t oldest = -1;
    for (const Request& request : urgent) {
        const Pace pace = pace_of(request, now);
        if (pace == Pace::at_risk) json["at_risk"] = json["at_risk"].get<int>() + 1;
        if (pace == Pace::overdue) json["overdue"] = json["overdue"].get<int>() + 1;
        const std::int64_t days = (now.ms - request.accepted_at.ms) / kDayMs;
        oldest = std::max(oldest, days);
        Json& count = json["ages"][age_class(days)];
        count = count.get<int>() + 1;
        json["most_urgent"].push_back(request.id);
    }
    if (oldest >= 0) json["oldest_open_days"] = oldest;
    return json;
}

std::string clocks_text(const Json& clocks) {
    if (clocks["open"] == 0) return "\nno request waits for an answer";
    std::string text = fmt::format(
        "\n{} requests wait for an answer: {} overdue, {} due within {} days; the oldest is {} "
        "days old (",
        clocks["open"].get<int>(), clocks["overdue"].get<int>(), clocks["at_risk"].get<int>(),
        ledger::kRiskDays, clocks["oldest_open_days"].get<std::int64_t>());
    std::string ages;
    for (const auto& [age, count] : clocks["ages"].items())
        ages += fmt::format("{}{}: {}", ages.empty() ? "" : ", ", age, count.get<int>());
    return text + ages + ")";
}

/// The open ones, the next due first.
std::vector<Request> most_urgent(std::vector<Request> requests) {
    std::erase_if(requests, [](const Request& each) { return !is_open(each); });
    std::ranges::stable_sort(requests, {}, &Request::due);
    return requests;
}

Result<void> add_requests(derive::Project& project, Answer& answer) {
    const Instant now = TRY(project.ledger().now());
    const std::vector<Request> all = TRY(project.ledger().requests());
    std::vector<Request> listed = most_urgent(all);
    answer.json["clocks"] = clocks_json(listed, now);
    answer.text += clocks_text(answer.json["clocks"]);
    std::ranges::copy_if(all, std::back_inserter(listed),
                         [](const Request& r) { return !is_open(r); });
    std::map<std::string, std::size_t> waiting;
    for (const Request& request : all) {
        const auto found = TRY(project.ledger().found(request.id));
        Json json = request_json(request, now);
        json["found"] = {{"barred", found.barred.size()}, {"to_decide", found.waiting.size()}};
        answer.json["requests"].push_back(std::move(json));
        waiting[request.id] = found.waiting.size();
    }
    for (const Request& request : listed) {
        answer.text += "\n" + request_line(request, now);
        if (waiting[request.id] > 0)
            answer.text += fmt::format("\n       {} records of others wait for a decision",
                                       waiting[request.id]);
    }
    return done();
}

/// To the ten below: what is published tells nobody whether one person asked.
std::uint64_t rounded(std::uint64_t count) { return count / 10 * 10; }

/// Of at least ten requests, or nothing.
Json ages_json(std::vector<std::int64_t> days) {
    if (rounded(days.size()) == 0) return nullptr;
    std::ranges::sort(days);
    return {{"median", days[days.size() / 2]}, {"greatest", days.back()}};
}

/// The day up to which the ledger is in the last whole model.
Result<Json> cut_off(derive::Project& project) {
    const auto derived = TRY(derive::last_derived(project.db));
    if (!derived) return Json();
    const auto manifest = TRY(derive::load_manifest(project.env, project.paths.manifests(),
                                                    project.secrets.project, *derived));
    return Json(to_text(manifest.used.as_of).substr(0, 10));
}

/// As the channel says it to everybody.
Result<Json> releases_json(derive::Project& project) {
    std::map<std::string, std::uint64_t> states;
    const release::Registry registry = TRY(release::load_registry(project));
    for (const release::Published& each : registry.releases)
        ++states[std::string(to_text(each.described.state))];
    return Json(states);
}

Result<Answer> counters(derive::Project& project) {
    const Instant now = TRY(project.ledger().now());
    std::map<std::string, std::uint64_t> kinds, denials, paces;
    std::vector<std::int64_t> waiting, answered;
    for (const Request& request : TRY(project.ledger().requests())) {
        ++kinds[std::string(to_text(request.kind))];
        ++paces[std::string(to_text(pace_of(request, now)))];
        if (request.denied_for) ++denials[*request.denied_for];
        const Instant end = request.answered_at.value_or(now);
        (is_open(request) ? waiting : answered)
            .push_back((end.ms - request.accepted_at.ms) / kDayMs);
    }
    const Json last = TRY(cut_off(project)), releases = TRY(releases_json(project));
    Answer answer{{{"rounded_down_to", 10},
                   {"month", to_text(now).substr(0, 7)},
                   {"cut_off", last},
                   {"unresolved", rounded(waiting.size())},
                   {"days_waiting", ages_json(waiting)},
                   {"days_to_answer", ages_json(answered)},
                   {"releases", releases}},
                  "counts are rounded down to tens"};
    const auto say = [&](std::string_view what, std::string_view name, std::string_view value) {
        answer.text += fmt::format("\n{:<14} {:<17} {}", what, name, value);
    };
    say("cut-off", "", last.is_null() ? "-" : last.get<std::string>());
    say("unresolved", "", answer.json["unresolved"].dump());
    for (const auto& [key, what] :
         {std::pair("days_waiting", "days waiting"), {"days_to_answer", "days to answer"}}) {
        for (const auto& [name, days] : answer.json[key].items()) say(what, name, days.dump());
    }
    for (const auto& [state, count] : releases.items()) say("releases", state, count.dump());
    for (const auto& [name, counts] :
         {std::pair("filed", kinds), {"clocks", paces}, {"denied", denials}}) {
        answer.json[name] = Json::object();
        for (const auto& [key, count] : counts) {
            answer.json[name][key] = rounded(count);
            say(name, key, std::to_string(rounded(count)));
        }
    }
    return answer;
}

}  // namespace

Result<Answer> status_command(Context& context, const StatusArguments& arguments) {
    const auto project = TRY(context.open());
    if (arguments.for_all) return counters(*project);
    const auto visible = TRY(derive::visible_model(project->db));
    const ledger::Sequence sequence = TRY(project->ledger().sequence());
    const std::string now = to_text(TRY(project->ledger().now()));
    Answer answer;
    answer.json = {{"now", now},
                   {"sequence", sequence},
                   {"test_clock", project->ledger().clock() == ledger::Ledger::Clock::test},
                   {"model", nullptr},
                   {"deferred", {{"persons", 0}, {"records", 0}, {"share", 0.0}}},
                   {"requests", Json::array()},
                   {"orders", Json::array()}};
    answer.text = fmt::format(
        "{}, {} events\nmodel: {}", now, sequence,
        visible ? digest_text(visible->model) + (visible->suppressed ? " (suppressed)" : "")
                : "none");
    if (visible) {
        const derive::Deferred& deferred = visible->deferred;
        const bool stale = !TRY(derive::usable_as_it_is(*project, *visible));
        answer.json["model"] = {{"digest", digest_text(visible->model)},
                                {"suppressed", visible->suppressed},
                                {"stale", stale}};
        answer.json["deferred"] = {{"persons", deferred.persons},
                                   {"records", deferred.records},
                                   {"share", deferred.share}};
        answer.text += fmt::format("\ndeferred: {} people, {} records, {:.1f} % of the tokens",
                                   deferred.persons, deferred.records, 100 * deferred.share);
    }
    TRY(add_requests(*project, answer));
    for (const ledger::Order& order : TRY(project->ledger().orders())) {
        answer.json["orders"].push_back(order_json(order));
        answer.text += "\n" + order_line(order);
    }
    answer.json["classes"] = Json::array();
    for (const ledger::ClassAction& action : TRY(ledger::Classes(project->ledger()).all())) {
        answer.json["classes"].push_back(class_json(action));
        answer.text += "\n" + class_line(action);
    }
    return answer;
}

}  // namespace litura::cli
