// Checks a ticket from the outside in: log head, log, statement, map of persons, name.
#include "proof/ticket.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "proof/base64.hpp"
#include "proof/json_fields.hpp"
#include "proof/time_stamp.hpp"

namespace litura::proof {
namespace {

constexpr std::size_t kEntriesMax = 4096, kAttestationsMax = 16;

std::string format_of(int version) { return "litura.ticket." + std::to_string(version); }

Error bad() { return {Code::bad_input, "not a ticket of this version", "", ""}; }
Error wrong(const char* what, const char* next = "") {
    return {Code::check_failed, what, "", next};
}

Json source_json(const TicketSource& source) {
    Json json = {{"tag", source.tag.hex()}};
    if (!source.name.empty()) json.update({{"name", source.name}, {"blind", source.blind.hex()}});
    return json;
}

/// In version 1 an entry names its source.
Json entry_json(const Ticket& ticket, const TicketEntry& entry) {
    return {{"source",
             ticket.version == 1 ? Json(ticket.sources[entry.source].name) : Json(entry.source)},
            {"vrf", base64(entry.vrf)},
            {"value", entry.value ? Json(entry.value->hex()) : Json()},
            {"path", base64(entry.path.encode())}};
}

Result<std::string> need_text(const Json& json, const char* name) {
    const std::string* text = text_in(json, name);
    if (text == nullptr) return bad();
    return *text;
}

Result<TicketSource> parse_source(const Json& json) {
    TicketSource source;
    source.tag = TRY(parse_digest(TRY(need_text(json, "tag"))));
    if (field_in(json, "name") == nullptr) return source;
    source.name = TRY(need_text(json, "name"));
    source.blind = TRY(parse_digest(TRY(need_text(json, "blind"))));
    if (source.name.empty()) return bad();
    return source;
}

/// The number of an entry's source; one of version 1 is put into the ticket's list.
Result<std::size_t> parse_place(const Json& json, Ticket& ticket) {
    if (ticket.version == 1) {
        std::string name = TRY(need_text(json, "source"));
        ticket.sources.push_back({{}, std::move(name), {}});
        return ticket.sources.size() - 1;
    }
    const Json* number = field_in(json, "source");
    if (number == nullptr || !number->is_number_unsigned()) return bad();
    const auto place = number->get<std::uint64_t>();
    if (place >= ticket.sources.size()) return bad();
    return static_cast<std::size_t>(place);
}

Result<TicketEntry> parse_entry(const Json& json, Ticket& ticket) {
    TicketEntry entry;
    entry.source = TRY(parse_place(json, ticket));
    const Bytes vrf = TRY(from_base64(TRY(need_text(json, "vrf"))));
    if (vrf.size() != entry.vrf.size()) return bad();
    std::copy(vrf.begin(), vrf.end(), entry.vrf.begin());
    if (const auto* value = text_in(json, "value")) entry.value = TRY(parse_digest(*value));
    if (!entry.value && (!json.contains("value") || !json["value"].is_null())) return bad();
    entry.path = TRY(decode_map_path(TRY(from_base64(TRY(need_text(json, "path"))))));
    return entry;
}

Result<SignedAttestation> parse_signed_attestation(const Json& json) {
    SignedAttestation attestation;
    attestation.auditor = TRY(parse_verifier_key(TRY(need_text(json, "auditor"))));
    attestation.note = TRY(parse_note(TRY(need_text(json, "note"))));
    return attestation;
}

Result<const Json*> need_list(const Json& json, const char* name, std::size_t most) {
    const Json* found = field_in(json, name);
    if (found == nullptr || !found->is_array() || found->size() > most) return bad();
    return found;
}

Result<CheckedTicket::Auditor> check_attestation(const SignedAttestation& each,
                                                 const Statement& statement) {
    TRY(verify_note(each.note, {&each.auditor, 1}));
    const Attestation attestation = TRY(parse_attestation(each.note.text));
    if (attestation.statement != statement.digest() || attestation.model != statement.model)
        return wrong("an attestation is about another statement");
    return CheckedTicket::Auditor{each.auditor, attestation.at};
}

/// Are the ticket's sources those of the statement, all of them, and called what they are?
Result<void> check_sources(const Ticket& ticket, const Statement& statement) {
    if (ticket.version != statement.version)
        return wrong("the ticket and its statement are of different versions");
    if (ticket.version == 1) return done();
    std::vector<Digest> tags;
    for (const TicketSource& source : ticket.sources) {
        tags.push_back(source.tag);
        if (!source.name.empty() && source_tag(source.blind, source.name) != source.tag)
            return wrong("a source is not called what the ticket says");
    }
    const bool in_order = std::ranges::is_sorted(tags, std::less_equal());
    if (in_order && tags.size() == statement.sources &&
        sources_root(tags) == statement.sources_root)
        return done();
    return wrong("the ticket's sources are not those that the statement commits to",
                 "ask for a whole one");
}

/// By source: whether the identifier has an entry there. What is not for it is left out.
using Found = std::map<std::size_t, bool>;

Result<void> check_entry(const Ticket& ticket, const TicketEntry& entry, const Statement& statement,
                         const PersonalText& identifier, Found& found) {
    const TicketSource& source = ticket.sources[entry.source];
    Bytes input = ticket.version == 1 ? TRY(name_input_1(source.name, identifier))
                                      : TRY(name_input(source.tag, identifier));
    const auto output = verify_vrf(statement.vrf, input, entry.vrf);
    wipe(input.data(), input.size());
    if (!output) return done();
    if (!holds_in_map(label_of(*output), entry.value, entry.path, statement.map_root))
        return wrong("a path of the ticket does not lead to the statement's map");
    if (entry.value && source.name.empty())
        return wrong("the ticket does not say on which source the entry is", "ask for a whole one");
    found[entry.source] = entry.value.has_value();
    return done();
}

/// Every source that the statement commits to has an answer, or the ticket proves nothing.
Result<void> check_places(const Ticket& ticket, const PersonalText& identifier,
                          CheckedTicket& verdict) {
    Found found;
    for (const TicketEntry& each : ticket.entries)
        TRY(check_entry(ticket, each, verdict.statement, identifier, found));
    if (found.empty())
        return wrong("this ticket is not for that identifier", "type it as on the platform");
    verdict.every_source = ticket.version > 1;
    if (verdict.every_source && found.size() != ticket.sources.size())
        return wrong("the ticket leaves out an answer that the statement asks for",
                     "ask for a whole one");
    for (const auto& [source, present] : found) {
        const std::string& name = ticket.sources[source].name;
        if (!name.empty() || present) verdict.places.push_back({name, present});
    }
    return done();
}

LogPolicy own_policy(const Ticket& ticket) {
    LogPolicy policy;
    policy.logs.push_back(ticket.log);
    return policy;
}

}  // namespace

std::string Ticket::encode() const {
    Json json = {{"format", format_of(version)},
                 {"log", log.text()},
                 {"statement", statement.encode()},
                 {"logged", logged.encode()}};
    for (const TicketSource& source : sources)
        if (version > 1) json["sources"].push_back(source_json(source));
    json["entries"] = Json::array();
    json["attestations"] = Json::array();
    for (const TicketEntry& entry : entries) json["entries"].push_back(entry_json(*this, entry));
    for (const SignedAttestation& each : attestations)
        json["attestations"].push_back(
            {{"auditor", each.auditor.text()}, {"note", each.note.encode()}});
    if (time_stamp) json["time_stamp"] = base64(*time_stamp);
    return json.dump(1) + "\n";
}

Result<Ticket> parse_ticket(std::string_view text) {
    if (text.size() > kTicketMax) return bad();
    const Json json = TRY(parse_json(text, "the ticket"));
    const std::string format = TRY(need_text(json, "format"));
    Ticket ticket;
    if (format == format_of(1)) ticket.version = 1;
    if (format != format_of(ticket.version)) return bad();
    ticket.log = TRY(parse_verifier_key(TRY(need_text(json, "log"))));
    ticket.statement = TRY(parse_note(TRY(need_text(json, "statement"))));
    ticket.logged = TRY(parse_log_proof(TRY(need_text(json, "logged"))));
    if (ticket.version > 1)
        for (const Json& source : *TRY(need_list(json, "sources", kEntriesMax)))
            ticket.sources.push_back(TRY(parse_source(source)));
    for (const Json& entry : *TRY(need_list(json, "entries", kEntriesMax)))
        ticket.entries.push_back(TRY(parse_entry(entry, ticket)));
    for (const Json& each : *TRY(need_list(json, "attestations", kAttestationsMax)))
        ticket.attestations.push_back(TRY(parse_signed_attestation(each)));
    if (const auto* stamp = text_in(json, "time_stamp"))
        ticket.time_stamp = TRY(from_base64(*stamp));
    return ticket;
}

bool CheckedTicket::present() const {
    return std::ranges::any_of(places, [](const Place& place) { return place.present; });
}

Result<CheckedTicket> check_ticket(const Ticket& ticket, const PersonalText& identifier,
                                   const Trust& trust, Instant at) {
    CheckedTicket verdict;
    verdict.statement = TRY(parse_statement(ticket.statement.text));
    const Statement& statement = verdict.statement;
    verdict.index = ticket.logged.index;
    const std::string entry = log_entry(statement_kind(statement.version), statement.digest());
    const LogPolicy policy = trust.policy ? *trust.policy : own_policy(ticket);
    verdict.head = TRY(verify_logged(bytes_of(entry), ticket.logged, policy));
    TRY(verify_note(ticket.statement, {&verdict.head.log, 1}));
    if (statement.origin != verdict.head.checkpoint.origin)
        return wrong("the statement belongs to another log");
    if (at < statement.made) return wrong("the statement was not made yet at that moment");
    if (at >= statement.expires)
        return wrong("the ticket has expired: it says nothing about today any more",
                     "ask for a new one; --at T checks what it said at a moment");
    if (statement.names != names_form(statement.version))
        return wrong("the statement looks names up in a form this program does not know",
                     "use the litura-check of that version");
    TRY(check_sources(ticket, statement));
    TRY(check_places(ticket, identifier, verdict));
    for (const SignedAttestation& each : ticket.attestations)
        verdict.attested.push_back(TRY(check_attestation(each, statement)));
    if (trust.authorities) {
        if (!ticket.time_stamp) return wrong("the ticket has no time stamp");
        verdict.not_later_than =
            TRY(verify_time_stamp(statement.digest(), *ticket.time_stamp, *trust.authorities));
    }
    return verdict;
}

}  // namespace litura::proof
