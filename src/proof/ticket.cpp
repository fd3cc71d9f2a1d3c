// Checking goes outside in: head, log, statement, map, name.
#include "proof/ticket.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "proof/base64.hpp"
#include "proof/json_fields.hpp"
#include "proof/time_stamp.hpp"

namespace litura::proof {
namespace {

constexpr std::string_view kFormat = "litura.ticket.1";
constexpr std::size_t kBytesMax = 16u << 20;
constexpr std::size_t kEntriesMax = 4096;

Error bad() { return {Code::bad_input, "not a ticket of this version", "", ""}; }
Error wrong(const char* what, const char* next = "") {
    return {Code::check_failed, what, "", next};
}

Json entry_json(const TicketEntry& entry) {
    return {{"source", entry.source},
            {"vrf", base64(entry.vrf)},
            {"value", entry.value ? Json(entry.value->hex()) : Json()},
            {"path", base64(entry.path.encode())}};
}

Result<std::string> need_text(const Json& json, const char* name) {
    const std::string* text = text_in(json, name);
    if (text == nullptr) return bad();
    return *text;
}

Result<TicketEntry> parse_entry(const Json& json) {
    TicketEntry entry;
    entry.source = TRY(need_text(json, "source"));
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

Result<const Json*> need_list(const Json& json, const char* name) {
    const Json* found = field_in(json, name);
    if (found == nullptr || !found->is_array() || found->size() > kEntriesMax) return bad();
    return found;
}

Result<Verdict::Auditor> check_attestation(const SignedAttestation& each,
                                           const Statement& statement) {
    TRY(verify_note(each.note, {&each.auditor, 1}));
    const Attestation attestation = TRY(parse_attestation(each.note.text));
    if (attestation.statement != statement.digest() || attestation.model != statement.model)
        return wrong("an attestation is about another statement");
    return Verdict::Auditor{each.auditor, attestation.at};
}

/// Nothing if the entry is not for this identifier.
Result<std::optional<Verdict::Place>> check_entry(const TicketEntry& entry,
                                                  const Statement& statement,
                                                  const PersonalText& identifier) {
    Bytes input = TRY(name_input(entry.source, identifier));
    const auto output = verify_vrf(statement.vrf, input, entry.vrf);
    wipe(input.data(), input.size());
    if (!output) return std::optional<Verdict::Place>();
    if (!holds_in_map(label_of(*output), entry.value, entry.path, statement.map_root))
        return wrong("a path of the ticket does not lead to the statement's map");
    return std::optional<Verdict::Place>({entry.source, entry.value.has_value()});
}

Policy own_policy(const Ticket& ticket) {
    Policy policy;
    policy.logs.push_back(ticket.log);
    return policy;
}

}  // namespace

std::string Ticket::encode() const {
    Json json = {
        {"format", kFormat},         {"log", log.text()},        {"statement", statement.encode()},
        {"logged", logged.encode()}, {"entries", Json::array()}, {"attestations", Json::array()}};
    for (const TicketEntry& entry : entries) json["entries"].push_back(entry_json(entry));
    for (const SignedAttestation& each : attestations)
        json["attestations"].push_back(
            {{"auditor", each.auditor.text()}, {"note", each.note.encode()}});
    if (time_stamp) json["time_stamp"] = base64(*time_stamp);
    return json.dump(1) + "\n";
}

Result<Ticket> parse_ticket(std::string_view text) {
    if (text.size() > kBytesMax) return bad();
    const Json json = TRY(parse_json(text, "the ticket"));
    if (TRY(need_text(json, "format")) != kFormat) return bad();
    Ticket ticket;
    ticket.log = TRY(parse_verifier_key(TRY(need_text(json, "log"))));
    ticket.statement = TRY(parse_note(TRY(need_text(json, "statement"))));
    ticket.logged = TRY(parse_log_proof(TRY(need_text(json, "logged"))));
    for (const Json& entry : *TRY(need_list(json, "entries")))
        ticket.entries.push_back(TRY(parse_entry(entry)));
    for (const Json& each : *TRY(need_list(json, "attestations")))
        ticket.attestations.push_back(TRY(parse_signed_attestation(each)));
    if (const auto* stamp = text_in(json, "time_stamp"))
        ticket.time_stamp = TRY(from_base64(*stamp));
    return ticket;
}

bool Verdict::present() const {
    return std::ranges::any_of(places, [](const Place& place) { return place.present; });
}

Result<Verdict> check_ticket(const Ticket& ticket, const PersonalText& identifier,
                             const Trust& trust, Instant at) {
    Verdict verdict;
    verdict.statement = TRY(parse_statement(ticket.statement.text));
    const Statement& statement = verdict.statement;
    verdict.index = ticket.logged.index;
    const std::string entry = log_entry(kStatementKind, statement.digest());
    const Policy policy = trust.policy ? *trust.policy : own_policy(ticket);
    verdict.head = TRY(verify_logged(bytes_of(entry), ticket.logged, policy));
    TRY(verify_note(ticket.statement, {&verdict.head.log, 1}));
    if (statement.origin != verdict.head.checkpoint.origin)
        return wrong("the statement belongs to another log");
    if (at < statement.made) return wrong("the statement was not made yet at that moment");
    if (at >= statement.expires)
        return wrong("the ticket has expired: it says nothing about today any more",
                     "ask for a new one; --at T checks what it said at a moment");
    if (statement.names != names_form())
        return wrong("the statement looks names up in a form this program does not know",
                     "use the litura-check of that version");
    for (const TicketEntry& each : ticket.entries)
        if (auto place = TRY(check_entry(each, statement, identifier)))
            verdict.places.push_back(std::move(*place));
    if (verdict.places.empty())
        return wrong("this ticket is not for that identifier", "type it as on the platform");
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
