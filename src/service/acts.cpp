#include "service/acts.hpp"

#include <fmt/format.h>

#include <set>

#include "ledger/decide.hpp"
#include "ledger/intake.hpp"
#include "ledger/persons.hpp"
#include "ledger/rules.hpp"
#include "service/turns.hpp"

namespace litura::service {
namespace {

constexpr std::size_t kFileMax = std::size_t{1} << 30, kPurposesMax = 100;

Error bad_act(std::string message) {
    return {
        Code::bad_input, std::move(message), "",
        "an act has author, source, purpose, act, notice, channel, locale, at (GDPR Art. 7(1))"};
}

Result<std::string> field(const Json& line, const char* name) {
    const auto found = line.find(name);
    if (found == line.end() || !found->is_string() ||
        found->get_ref<const std::string&>().empty()) {
        return bad_act(fmt::format("the field '{}' is missing or not text", name));
    }
    return found->get<std::string>();
}

/// The purposes of an act: a text, or a list of texts.
Result<std::vector<std::string>> purposes_of(const Json& line) {
    const auto found = line.find("purpose");
    std::vector<std::string> purposes;
    if (found == line.end() || !found->is_array()) {
        purposes.push_back(TRY(field(line, "purpose")));
        return purposes;
    }
    for (const Json& each : *found) {
        if (!each.is_string() || each.get_ref<const std::string&>().empty() ||
            purposes.size() == kPurposesMax)
            return bad_act("'purpose' is neither text nor a short list of texts");
        purposes.push_back(each.get<std::string>());
    }
    if (purposes.empty()) return bad_act("'purpose' is an empty list");
    return purposes;
}

/// Was the act none of the person's: a box ticked beforehand, silence, going on as before?
bool is_preset(const Json& line) {
    static const std::set<std::string_view> kNoActs = {"default",    "preset",  "pre-set",
                                                       "pre-ticked", "silence", "inactivity",
                                                       "implied",    "opt-out"};
    const auto flag = line.find("preset");
    if (flag != line.end() && !(flag->is_boolean() && !flag->get<bool>())) return true;
    const auto act = line.find("act");
    return act != line.end() && act->is_string() &&
           kNoActs.contains(act->get_ref<const std::string&>());
}

/// What the act says beside: the person's country and age on that day.
Result<ledger::Description> description_in(const Json& line, Instant at) {
    ledger::Description said;
    said.at = at;
    if (line.contains("country")) said.country = TRY(field(line, "country"));
    const auto age = line.find("age");
    if (age == line.end()) return said;
    if (!age->is_number_integer()) return bad_act("'age' is not a whole number");
    said.age = age->get<std::int64_t>();
    return said;
}

bool refuses(const ledger::Act& act) {
    return act.kind == ledger::ActKind::withdrawal || act.kind == ledger::ActKind::objection;
}

Result<ledger::Act> parse_act(const Json& line) {
    ledger::Act act;
    act.author = PersonalText(TRY(field(line, "author")));
    act.source = TRY(field(line, "source"));
    act.preset = is_preset(line);
    if (!act.preset) act.kind = TRY(ledger::parse_act_kind(TRY(field(line, "act"))));
    for (const auto& [name, into] : {std::pair("channel", &act.channel), {"locale", &act.locale}})
        if (!refuses(act) || line.contains(name)) *into = TRY(field(line, name));
    if (!refuses(act) || line.contains("notice"))
        act.notice = TRY(parse_digest(TRY(field(line, "notice"))));
    act.at = TRY(parse_instant(TRY(field(line, "at"))));
    if (line.contains("until")) act.until = TRY(parse_instant(TRY(field(line, "until"))));
    if (line.contains("authority")) act.authority = TRY(field(line, "authority"));
    if (line.contains("record")) act.record = PersonalText(TRY(field(line, "record")));
    return act;
}

/// Goes through the lines that hold something; an error of `take` says where it was.
template <typename Take>
Result<void> each_line(std::string_view name, std::string_view rest, const Take& take) {
    for (std::uint64_t line = 1; !rest.empty(); ++line) {
        const std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        if (text.find_first_not_of(" \t\r") == text.npos) continue;
        auto taken = take(text);
        if (taken.ok()) continue;
        Error error = std::move(taken).error();
        error.where = fmt::format("{}, line {}", name, line);
        return error;
    }
    return done();
}

Result<ActReceipt> receipt_of(ledger::Ledger& ledger, const ledger::Act& act,
                              ledger::Sequence event) {
    ActReceipt receipt;
    receipt.event = event;
    receipt.commitment = TRY(ledger.commitment(event));
    receipt.kind = act.kind;
    receipt.purpose = act.purpose;
    receipt.channel = act.channel;
    receipt.at = act.at;
    if (!act.notice.is_zero()) receipt.notice = act.notice;
    return receipt;
}

Result<void> record_line(ledger::Ledger& ledger, ActLine line, Receipts wanted,
                         ActsRecorded& recorded) {
    if (line.purposes.size() > 1 && !refuses(line.act))
        return ledger.rules().refusal(ledger::Refusal::consent_bundled);
    recorded.acts += line.purposes.size();
    for (const std::string& purpose : line.purposes) {
        line.act.purpose = purpose;
        const auto event = TRY(ledger.intake().record(line.act));
        if (!event) return done();  // a barred name: nothing is stored about it
        if (wanted == Receipts::wanted)
            recorded.receipts.push_back(TRY(receipt_of(ledger, line.act, *event)));
    }
    if (!line.said.country && !line.said.age) return done();
    return ledger.persons().describe(TRY(ledger.intake().account(line.act.source, line.act.author)),
                                     line.said);
}

}  // namespace

Json act_json(const ledger::Act& act) {
    Json json = {{"author", act.author.reveal()},
                 {"source", act.source},
                 {"purpose", act.purpose},
                 {"act", to_text(act.kind)},
                 {"at", to_text(act.at)}};
    if (!act.channel.empty()) json["channel"] = act.channel;
    if (!act.locale.empty()) json["locale"] = act.locale;
    if (!act.notice.is_zero()) json["notice"] = "sha256:" + act.notice.hex();
    if (act.until) json["until"] = to_text(*act.until);
    if (!act.authority.empty()) json["authority"] = act.authority;
    if (!act.record.empty()) json["record"] = act.record.reveal();
    return json;
}

Result<ActLine> parse_act_line(std::string_view text) {
    const Json line = TRY(parse_json(text, ""));
    if (!line.is_object()) return bad_act("not a JSON object");
    ActLine parsed;
    parsed.purposes = TRY(purposes_of(line));
    parsed.act = TRY(parse_act(line));
    parsed.said = TRY(description_in(line, parsed.act.at));
    return parsed;
}

Result<ActsRecorded> record_acts(Session& session, const ActsFile& file, Receipts receipts) {
    if (file.bytes.size() > kFileMax)
        return Error{Code::bad_input, "larger than 1 GiB", file.name, "split the file"};
    const std::string_view text = text_of(file.bytes);
    TRY(each_line(file.name, text, parse_act_line));
    ActsRecorded recorded;
    Turns turns(session);
    TRY(each_line(file.name, text, [&](std::string_view line) -> Result<void> {
        ActLine act = TRY(parse_act_line(line));
        TRY(turns.step(line.size()));
        return record_line(session.ledger(), std::move(act), receipts, recorded);
    }));
    TRY(turns.finish());
    return recorded;
}

Json to_json(const ActsRecorded& recorded) {
    Json receipts = Json::array();
    for (const ActReceipt& receipt : recorded.receipts)
        receipts.push_back(
            {{"event", receipt.event},
             {"commitment", digest_text(receipt.commitment)},
             {"act", to_text(receipt.kind)},
             {"purpose", receipt.purpose},
             {"notice", receipt.notice ? Json(digest_text(*receipt.notice)) : Json()},
             {"channel", receipt.channel},
             {"at", to_text(receipt.at)}});
    return {{"acts", recorded.acts}, {"receipts", std::move(receipts)}};
}

}  // namespace litura::service
