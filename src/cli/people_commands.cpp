// Persons, requests, status.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/acts.hpp"
#include "cli/commands.hpp"
#include "derive/rights.hpp"

namespace litura::cli {
namespace {

/// By handle, or by an identifier that never stands in the command line.
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

Json optional_time(const std::optional<Instant>& at) { return at ? Json(to_text(*at)) : Json(); }

Json request_json(const ledger::Request& request) {
    Json json = {{"request", request.id},
                 {"kind", to_text(request.kind)},
                 {"person", request.handle},
                 {"state", to_text(request.state)},
                 {"accepted_at", to_text(request.accepted_at)},
                 {"due", to_text(request.due)},
                 {"suppressed_at", optional_time(request.suppressed_at)},
                 {"destroyed_at", optional_time(request.destroyed_at)},
                 {"derived_at", optional_time(request.derived_at)}};
    return json;
}

/// One record as a line of the neutral form, with its author and where it is from.
Result<Json> record_line(derive::Project& project, const corpus::RecordRow& row,
                         const PersonalText& author) {
    Json line = TRY(parse_json(TRY(project.corpus().original(row.record)).reveal(), "a record"));
    line["author"] = author.reveal();
    line["source"] = row.source;
    if (row.audience != ledger::Audience::unknown) line["audience"] = to_text(row.audience);
    return line;
}

/// With nonce and payload the person can show for ever what the chain is committed to. Both in hex:
/// a payload may end with a file.
Json receipt_json(const ledger::Receipt& receipt) {
    return {{"event", receipt.event},      {"at", to_text(receipt.at)},
            {"type", receipt.type},        {"commitment", digest_text(receipt.commitment)},
            {"nonce", hex(receipt.nonce)}, {"payload", hex(receipt.payload)}};
}

/// Everything held of the person, for the person and nobody else (GDPR Art. 15): records and acts
/// as `import` and `ground add` read them.
Result<void> add_report(derive::Project& project, const Digest& person, Json& answer) {
    std::map<Digest, PersonalText> authors;
    for (const char* list : {"records", "acts", "receipts", "links", "requests"})
        answer[list] = Json::array();
    for (const ledger::Account& account : TRY(project.ledger().accounts_of(person))) {
        authors[account.tag] = TRY(project.ledger().author(account));
        for (const ledger::Act& act : TRY(project.ledger().acts(account)))
            answer["acts"].push_back(act_json(act));
        for (const ledger::Receipt& receipt : TRY(project.ledger().receipts(account)))
            answer["receipts"].push_back(receipt_json(receipt));
        for (const PersonalText& evidence : TRY(project.ledger().link_evidence(account)))
            answer["links"].push_back(evidence.reveal());
    }
    for (const corpus::RecordRow& row : TRY(project.corpus().rows_of(person))) {
        answer["records"].push_back(TRY(record_line(project, row, authors[row.account])));
    }
    for (const ledger::Request& request : TRY(project.ledger().requests())) {
        if (request.person == person) answer["requests"].push_back(request_json(request));
    }
    return done();
}

Json handles(const derive::Project& project, const std::vector<ledger::FoundRecord>& records) {
    Json list = Json::array();
    for (const ledger::FoundRecord& each : records)
        list.push_back(keys::record_handle(project.secrets.deal, each.record));
    return list;
}

/// What stands in other people's records, with what follows from it.
void add_found(const derive::Project& project, const ledger::Request& request,
               const ledger::Ledger::Found& found, Answer& answer) {
    answer.json["found"]["barred"] = handles(project, found.barred);
    answer.json["found"]["to_decide"] = handles(project, found.waiting);
    answer.text += fmt::format("\n  other people's records barred: {}", found.barred.size());
    if (found.waiting.empty()) return;
    answer.text += fmt::format(
        "\n  too many for a rule: {0} other records wait for a person's decision\n  next: litura "
        "request found {1}, litura request decide {1} --all, --none or --records FILE",
        found.waiting.size(), request.id);
}

Result<Answer> answer_request(derive::Project& project, const derive::Exercised& done_now) {
    const ledger::Request& request = done_now.request;
    Answer answer;
    answer.json = request_json(request);
    answer.json["old_model_stopped_ms"] = done_now.old_model_stopped_ms;
    answer.text = fmt::format("{} {} for {}: {}\n  accepted {}, due {}", request.id,
                              to_text(request.kind), request.handle, to_text(request.state),
                              to_text(request.accepted_at), to_text(request.due));
    if (done_now.suppressed) {
        const derive::Derived& model = *done_now.suppressed;
        answer.json["suppressed"] = {{"model", digest_text(model.model)},
                                     {"milliseconds", done_now.suppressed_ms},
                                     {"deferred_records", model.deferred}};
        answer.text +=
            fmt::format("\n  old model stopped after {:.1f} ms", done_now.old_model_stopped_ms);
        answer.text += fmt::format("\n  {} model ready after {:.0f} ms, {} records deferred",
                                   model.suppressed ? "suppressed" : "complete",
                                   done_now.suppressed_ms, model.deferred);
    }
    if (done_now.others) {
        answer.json["found"] = {{"searched", done_now.others->searched}};
        answer.text +=
            fmt::format("\n  other people's records searched: {}", done_now.others->searched);
        add_found(project, request, done_now.others->found, answer);
    }
    if (request.kind == ledger::RequestKind::access && request.verified_by) {
        TRY(add_report(project, request.person, answer.json));
        answer.text += "\n  records, acts and requests are in the answer with --json";
    }
    const bool waits = request.state == ledger::RequestState::suppressed ||
                       request.state == ledger::RequestState::destroyed;
    if (waits) answer.text += "\n  next: litura derive";
    if (needs_verification(request.kind) && !request.verified_by)
        answer.text += fmt::format("\n  next: litura request verify {} --method HOW", request.id);
    return answer;
}

}  // namespace

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
    for (const corpus::RecordRow& row : TRY(project->corpus().rows())) {
        Json& person = people[row.person];
        person["records"] = person["records"].get<std::uint64_t>() + 1;
    }
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
    std::map<ledger::Sequence, Json> bars;  // of all accounts, each once
    for (const ledger::Account& account : TRY(project->ledger().accounts_of(person))) {
        const Digest& tag = account.tag;
        answer.json["accounts"].push_back({{"source", account.source}, {"event", account.since}});
        const auto barred = snapshot.bars.find(tag);
        for (const ledger::Bar& bar :
             barred == snapshot.bars.end() ? std::vector<ledger::Bar>() : barred->second)
            bars[bar.event] = {
                {"kind", to_text(bar.kind)}, {"purpose", bar.purpose}, {"event", bar.event}};
        for (auto [at, end] = snapshot.grounds.equal_range(tag); at != end; ++at) {
            const ledger::Ground& ground = at->second;
            answer.json["grounds"].push_back(
                {{"basis", to_text(ground.basis)},
                 {"purpose", ground.purpose},
                 {"source", ground.source},
                 {"at", to_text(ground.at)},
                 {"until", optional_time(ground.until)},
                 {"notice", ground.notice ? Json(digest_text(*ground.notice)) : Json()},
                 {"event", ground.event}});
        }
    }
    for (const auto& [event, bar] : bars) answer.json["bars"].push_back(bar);
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
        if (const auto at = placed.find(row.record); at != placed.end()) {
            record["stage"] = places[at->second].stage + 1;
            record["shard"] = places[at->second].shard;
            record["tokens"] = view.samples[at->second].tokens;
        }
        answer.json["records"].push_back(record);
    }
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
    add_suppressed(answer, TRY(derive::obey_exclusion(*project)));
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

namespace {

/// Handles of records, a line each, from a file or standard input.
Result<std::vector<Digest>> read_records(Context& context, derive::Project& project,
                                         const std::string& path) {
    const Bytes bytes = TRY(read_input(context.env, path));
    std::map<std::string, Digest> known;
    for (const corpus::RecordRow& row : TRY(project.corpus().rows()))
        known.emplace(keys::record_handle(project.secrets.deal, row.record), row.record);
    std::vector<Digest> records;
    const std::string_view text = text_of(bytes);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
        const std::string handle(text.substr(begin, end - begin));
        begin = end + 1;
        if (handle.empty()) continue;
        const auto found = known.find(handle);
        if (found == known.end()) {
            return Error{Code::bad_input, "no such record",
                         fmt::format("line {}", records.size() + 1),
                         "one handle (r-...) a line, as `litura find` prints them"};
        }
        records.push_back(found->second);
    }
    return records;
}

/// An objection of somebody without an account.
Result<Answer> outsider_command(Context& context, derive::Project& project,
                                const RequestArguments& arguments) {
    derive::OutsiderAsk ask;
    if (!arguments.name.empty() && arguments.name != "-") {
        return Error{Code::bad_input, "a name stands in the command line", "",
                     "give it with --name - (standard input) or --name-file"};
    }
    if (!arguments.name.empty() || !arguments.name_file.empty())
        ask.name = TRY(read_identifier(context.env, arguments.name_file));
    if (!arguments.records.empty())
        ask.records = TRY(read_records(context, project, arguments.records));
    return answer_request(project, TRY(derive::exercise_outsider(project, ask, context.started)));
}

}  // namespace

Result<Answer> request_command(Context& context, const RequestArguments& arguments) {
    const auto project = TRY(context.open());
    if (!arguments.name.empty() || !arguments.name_file.empty() || !arguments.records.empty())
        return outsider_command(context, *project, arguments);
    derive::Ask ask;
    ask.kind = TRY(ledger::parse_request_kind(arguments.kind));
    ask.person = TRY(find_person(context, *project, arguments.person));
    if (!arguments.verified.empty()) ask.verified_by = arguments.verified;
    if (!arguments.record.empty())
        ask.record = TRY(project->corpus().find(PersonalText(arguments.record))).record;
    if (!arguments.text_file.empty()) {
        const Bytes text = TRY(read_input(context.env, arguments.text_file));
        ask.text = PersonalText(std::string(text_of(text)));
    }
    return answer_request(*project, TRY(derive::exercise(*project, ask, context.started)));
}

Result<Answer> request_verify_command(Context& context, const std::string& id,
                                      const std::string& method) {
    const auto project = TRY(context.open());
    return answer_request(*project,
                          TRY(derive::verify_request(*project, id, method, context.started)));
}

Result<Answer> request_found_command(Context& context, const std::string& id) {
    const auto project = TRY(context.open());
    const ledger::Request request = TRY(project->ledger().request(id));
    Answer answer{{{"request", request.id}}, request.id};
    add_found(*project, request, TRY(project->ledger().found(id)), answer);
    for (const char* list : {"barred", "to_decide"}) {
        for (const Json& handle : answer.json["found"][list])
            answer.text += fmt::format("\n  {:<9} {}", list, handle.get<std::string>());
    }
    return answer;
}

Result<Answer> request_decide_command(Context& context, const DecideArguments& arguments) {
    const auto project = TRY(context.open());
    if (arguments.all + arguments.none + !arguments.records.empty() != 1) {
        return Error{Code::bad_input, "the decision is not clear", "",
                     "give one of --all, --none, --records FILE"};
    }
    std::vector<Digest> bar;
    if (!arguments.records.empty()) bar = TRY(read_records(context, *project, arguments.records));
    if (arguments.all) {
        for (const ledger::FoundRecord& each :
             TRY(project->ledger().found(arguments.request)).waiting)
            bar.push_back(each.record);
    }
    auto decided =
        TRY(derive::decide_found(*project, arguments.request, bar, arguments.all, context.started));
    Answer answer = TRY(answer_request(*project, decided));
    add_found(*project, decided.request, TRY(project->ledger().found(arguments.request)), answer);
    return answer;
}

Result<Answer> status_command(Context& context) {
    const auto project = TRY(context.open());
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
    for (const ledger::Request& request : TRY(project->ledger().requests())) {
        const auto found = TRY(project->ledger().found(request.id));
        answer.json["requests"].push_back(request_json(request));
        answer.json["requests"].back()["found"] = {{"barred", found.barred.size()},
                                                   {"to_decide", found.waiting.size()}};
        answer.text += fmt::format("\n{:<6} {:<17} {} {:<10} accepted {} due {}", request.id,
                                   to_text(request.kind), request.handle, to_text(request.state),
                                   to_text(request.accepted_at), to_text(request.due));
        if (!found.waiting.empty())
            answer.text += fmt::format("\n       {} records of others wait for a decision",
                                       found.waiting.size());
    }
    for (const ledger::Order& order : TRY(project->ledger().orders())) {
        answer.json["orders"].push_back(order_json(order));
        answer.text += "\n" + order_line(order);
    }
    return answer;
}

}  // namespace litura::cli
