// The three lines, never one: what is proved, on whose word the rest is, and what nobody says.
#include "check/ticket_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "check/options.hpp"
#include "proof/ticket.hpp"

namespace litura::check {
namespace {

/// One line, from the terminal or a pipe. It never stands in the command line.
Result<PersonalText> ask_identifier() {
    if (::isatty(STDIN_FILENO) == 1) fmt::print(stderr, "Your name on the platform, as it is written there:\n");
    std::string line;
    if (!std::getline(std::cin, line) || line.empty())
        return Error{Code::bad_input, "no identifier was given", "standard input",
                     "type it, or pipe it in"};
    if (line.back() == '\r') line.pop_back();
    return PersonalText(std::move(line));
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string all;
    for (const std::string& part : parts) all += (all.empty() ? "" : std::string(between)) + part;
    return all;
}

std::string model_text(const proof::Statement& statement) {
    return (statement.suppressed ? "suppressed model " : "model ") + to_text(statement.model);
}

std::string seen_text(const proof::CheckedTicket& verdict) {
    std::vector<std::string> seen;
    for (const auto& each : verdict.head.seen)
        seen.push_back(each.witness + " at " + to_text(each.at));
    std::string text = seen.empty() ? "seen by no witness" : "seen by " + joined(seen, ", ");
    if (verdict.not_later_than) text += ", not later than " + to_text(*verdict.not_later_than);
    return text;
}

std::string proved(const proof::CheckedTicket& verdict) {
    std::vector<std::string> present, absent;
    for (const auto& place : verdict.places)
        (place.present ? present : absent).push_back(place.source);
    std::string what;
    if (!present.empty()) what = "an entry for this identifier on " + joined(present, ", ");
    if (!absent.empty()) {
        what += (what.empty() ? "no entry for this identifier on " : ", and none on ") +
                joined(absent, ", ");
    }
    if (verdict.every_source) {
        what += (what.empty() ? "no entry for this identifier on " : ", and none on ");
        what += verdict.places.empty() ? "any source" : "any other source";
    }
    return fmt::format("the list behind {} has {}; it is entry {} of the log {} (size {}), {}",
                       model_text(verdict.statement), what, verdict.index,
                       verdict.head.checkpoint.origin, verdict.head.checkpoint.size,
                       seen_text(verdict));
}

std::string attested(const proof::CheckedTicket& verdict) {
    std::vector<std::string> auditors;
    for (const auto& each : verdict.attested)
        auditors.push_back(each.key.name + ", " + to_text(each.at));
    return "replay of the list to these weights, and that the list is whole: " +
           (auditors.empty() ? "NOBODY" : joined(auditors, "; "));
}

std::vector<std::string> not_covered(const proof::CheckedTicket& verdict, bool own_word) {
    std::vector<std::string> list = {
        "other names of yours", "others' posts about you",
        fmt::format("the base (claim: {})", verdict.statement.base_claim),
        "other models, and training that was kept secret"};
    if (!verdict.every_source)
        list.push_back(
            "sources that this ticket does not name: its version, 1, does not prove that it names "
            "all of them");
    for (const auto& each : verdict.attested)
        list.push_back(fmt::format("whose key {} is: ask the auditor", each.key.text()));
    if (own_word)
        list.push_back(fmt::format("whose key {} is: compare it with the one that is published",
                                   verdict.head.log.text()));
    if (verdict.head.seen.empty()) list.push_back("that everybody is shown this same log");
    if (verdict.statement.test_clock) list.push_back("the moments: this is a test project's clock");
    return list;
}

Json verdict_json(const proof::CheckedTicket& verdict, const std::vector<std::string>& uncovered) {
    Json places = Json::array(), seen = Json::array(), auditors = Json::array();
    for (const auto& place : verdict.places)
        places.push_back({{"source", place.source}, {"present", place.present}});
    for (const auto& each : verdict.head.seen)
        seen.push_back({{"witness", each.witness}, {"at", to_text(each.at)}});
    for (const auto& each : verdict.attested)
        auditors.push_back(
            {{"auditor", each.key.name}, {"key", each.key.text()}, {"at", to_text(each.at)}});
    const proof::Statement& statement = verdict.statement;
    return {{"proved",
             {{"present", verdict.present()},
              {"places", places},
              {"every_source", verdict.every_source},
              {"model", to_text(statement.model)},
              {"suppressed", statement.suppressed},
              {"statement", to_text(statement.digest())},
              {"made", to_text(statement.made)},
              {"expires", to_text(statement.expires)},
              {"log", verdict.head.log.text()},
              {"index", verdict.index},
              {"size", verdict.head.checkpoint.size},
              {"seen", seen},
              {"not_later_than",
               verdict.not_later_than ? Json(to_text(*verdict.not_later_than)) : Json()}}},
            {"attested", auditors},
            {"not_covered", uncovered}};
}

}  // namespace

Result<Answer> ticket_command(Env& env, const Words& words) {
    const Options options = TRY(parse_options(words, {"policy", "authorities", "at"}, 1));
    const proof::Ticket ticket =
        TRY(proof::parse_ticket(TRY(read_document(options.words[0], proof::kTicketMax))));
    proof::Trust trust;
    if (const std::string path = options.get("policy"); !path.empty())
        trust.policy = TRY(proof::parse_policy(TRY(read_document(path, kDocumentMax))));
    if (const std::string path = options.get("authorities"); !path.empty())
        trust.authorities = TRY(read_document(path, kDocumentMax));
    Instant at = env.now();
    if (const std::string moment = options.get("at"); !moment.empty())
        at = TRY(parse_instant(moment));
    const PersonalText identifier = TRY(ask_identifier());
    const proof::CheckedTicket verdict = TRY(proof::check_ticket(ticket, identifier, trust, at));
    const auto uncovered = not_covered(verdict, !trust.policy.has_value());
    return Answer{verdict_json(verdict, uncovered),
                  fmt::format("PROVED       {}\nATTESTED     {}\nNOT COVERED  {}", proved(verdict),
                              attested(verdict), joined(uncovered, "; ")),
                  0};
}

}  // namespace litura::check
