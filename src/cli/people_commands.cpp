// Persons.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/access_report.hpp"
#include "cli/commands.hpp"
#include "cli/request_json.hpp"
#include "derive/derive.hpp"
#include "derive/rights.hpp"

namespace litura::cli {

Result<Digest> find_person(Context& context, derive::Project& project,
                           const PersonArguments& arguments) {
    const Error unknown{
        Code::bad_input, "no such person", "",
        "see 'litura person list'; give an identifier with --person - or --person-file"};
    if (arguments.person.starts_with("p-")) return project.ledger().person(arguments.person);
    if (arguments.person != "-" && arguments.person_file.empty()) return unknown;
    const auto accounts = TRY(
        project.ledger().find_accounts(TRY(read_identifier(context.env, arguments.person_file))));
    std::set<Digest> people;
    for (const ledger::Account& account : accounts) people.insert(account.person);
    if (people.empty()) return unknown;
    if (people.size() == 1) return *people.begin();
    std::string handles;
    for (const Digest& person : people)
        handles += (handles.empty() ? "" : ", ") + project.ledger().handle(person);
    return Error{Code::bad_input, "several accounts have that name", handles,
                 "name one by its handle"};
}

Result<Answer> person_list_command(Context& context) {
    const auto project = TRY(context.open());
    const derive::View view = TRY(project->view());
    const auto places = place(view, project->settings.recipe);
    std::map<Digest, Json> people;
    for (const ledger::Account& account : TRY(project->ledger().accounts())) {
        people.try_emplace(account.person,
                           Json{{"person", project->ledger().handle(account.person)},
                                {"stage", nullptr},
                                {"shard", nullptr},
                                {"tokens", 0},
                                {"records", 0},
                                {"admitted", 0}});
    }
    TRY(project->corpus().each_page([&](std::span<const corpus::RecordRow> rows) -> Result<void> {
        for (const corpus::RecordRow& row : rows) {
            Json& person = people[row.person];
            person["records"] = person["records"].get<std::uint64_t>() + 1;
        }
        return done();
    }));
    for (std::size_t index = 0; index < view.samples.size(); ++index) {
        Json& person = people[view.samples[index].person];
        person["stage"] = places[index].stage + 1;
        person["shard"] = places[index].shard;
        person["tokens"] = person["tokens"].get<std::uint64_t>() + view.samples[index].tokens;
        person["admitted"] = person["admitted"].get<std::uint64_t>() + 1;
    }
    Answer answer{{{"persons", Json::array()}},
                  fmt::format("{:<14} {:>5} {:<14} {:>8} {:>8}", "person", "stage", "shard",
                              "tokens", "records")};
    for (const auto& [tag, person] : people) {
        answer.json["persons"].push_back(person);
        const bool placed = !person["stage"].is_null();
        answer.text += fmt::format(
            "\n{:<14} {:>5} {:<14} {:>8} {:>8}", person["person"].get<std::string>(),
            placed ? person["stage"].dump() : "-",
            placed ? person["shard"].get<std::string>() : "-",
            person["tokens"].get<std::uint64_t>(), person["records"].get<std::uint64_t>());
    }
    return answer;
}

Result<Answer> person_show_command(Context& context, const PersonArguments& arguments) {
    const auto project = TRY(context.open());
    const Digest person = TRY(find_person(context, *project, arguments));
    const auto rows = TRY(project->corpus().rows_of(person));
    const ledger::Snapshot snapshot =
        TRY(project->ledger().snapshot_of(person, corpus::records_of(rows)));
    const derive::View view = TRY(project->view_of(person));
    const auto places = place(view, project->settings.recipe);
    Answer answer;
    answer.json = {{"person", project->ledger().handle(person)},
                   {"accounts", Json::array()},
                   {"grounds", Json::array()},
                   {"bars", Json::array()},
                   {"records", Json::array()}};
    const auto accounts = TRY(project->ledger().accounts_of(person));
    for (const ledger::Account& account : accounts)
        answer.json["accounts"].push_back({{"source", account.source}, {"event", account.since}});
    add_standing(snapshot, accounts, answer.json);
    std::set<ledger::Rule> rules_named;
    std::map<Digest, std::size_t> placed;
    for (std::size_t index = 0; index < view.samples.size(); ++index)
        placed[view.samples[index].record] = index;
    for (const corpus::RecordRow& row : rows) {
        const auto decision = decide(snapshot, row.facts(), project->settings.policy.admission,
                                     TRY(project->ledger().now()));
        Json record = {{"id", keys::record_handle(project->secrets.deal, row.record)},
                       {"source", row.source},
                       {"created_at", to_text(row.created_at)},
                       {"admitted", decision.admitted},
                       {"rule", to_text(decision.rule)},
                       {"event", decision.evidence}};
        rules_named.insert(decision.rule);
        if (const auto at = placed.find(row.record); at != placed.end()) {
            record["stage"] = places[at->second].stage + 1;
            record["shard"] = places[at->second].shard;
            record["tokens"] = view.samples[at->second].tokens;
        }
        answer.json["records"].push_back(record);
    }
    answer.json["rules"] = TRY(explained(*project, rules_named));
    const auto visible = TRY(derive::visible_model(project->db));
    answer.json["models"] = Json::array();
    if (visible && TRY(derive::visible_model_used(project->db, person)))
        answer.json["models"].push_back(digest_text(visible->model));
    answer.text = answer.json.dump(2);
    return answer;
}

Result<Answer> person_describe_command(Context& context, const DescribeArguments& arguments) {
    const auto project = TRY(context.open());
    ledger::Ledger& ledger = project->ledger();
    const Digest person = TRY(find_person(context, *project, arguments.person));
    ledger::Description said;
    if (!arguments.country.empty()) said.country = arguments.country;
    if (arguments.age >= 0) said.age = arguments.age;
    said.at = TRY(ledger.now());
    for (const ledger::Account& account : TRY(ledger.accounts_of(person))) {
        if (account.tag == person) TRY(ledger.describe(account, said));
    }
    Answer answer{{{"person", ledger.handle(person)},
                   {"country", said.country ? Json(*said.country) : Json()},
                   {"age", said.age ? Json(*said.age) : Json()},
                   {"at", to_text(said.at)}},
                  fmt::format("{}: noted", ledger.handle(person))};
    add_suppressed(answer, TRY(derive::leave_out_barred(*project)));
    return answer;
}

Result<Answer> person_link_command(Context& context, const LinkArguments& arguments) {
    const auto project = TRY(context.open());
    const Digest person = TRY(find_person(context, *project, arguments.person));
    const Digest other = TRY(project->ledger().person(arguments.other));
    TRY(project->ledger().link(person, other, TRY(read_input(context.env, arguments.evidence))));
    const std::string handle = project->ledger().handle(person);
    return Answer{{{"person", handle}, {"linked", arguments.other}},
                  fmt::format("{} and {} are one person now, {}: requests reach all accounts",
                              handle, arguments.other, handle)};
}

}  // namespace litura::cli
