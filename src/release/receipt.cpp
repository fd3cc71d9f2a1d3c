#include "release/receipt.hpp"

#include "ledger/persons.hpp"
#include "proof/json_fields.hpp"
#include "release/exposure.hpp"

namespace litura::release {
namespace {

constexpr std::string_view kForm = "litura.receipt.1";
constexpr std::size_t kReceiptBytesMax = 256u << 20;

Error no_receipt() {
    return {Code::bad_input, "not a receipt of Litura", "",
            "give the file that `request erasure --receipt` wrote"};
}

/// The other way round, less moment and type; nothing for what was not written by to_json().
std::optional<ledger::Receipt> event_in(const Json& json) {
    const auto text = [&](const char* name) { return proof::text_or_empty(json, name); };
    if (!json.is_object() || !json.contains("event") || !json.at("event").is_number_unsigned())
        return {};
    const auto commitment = parse_digest(text("commitment"));
    auto nonce = from_hex(text("nonce"));
    auto payload = from_hex(text("payload"));
    if (!commitment.ok() || !nonce.ok() || !payload.ok()) return {};
    ledger::Receipt event;
    event.event = json.at("event").get<ledger::Sequence>();
    event.commitment = commitment.value();
    event.nonce = std::move(nonce).value();
    event.payload = std::move(payload).value();
    return event;
}

/// As src/ledger/event.cpp makes it; written a second time, since it is what a person's own program
/// has to do.
Digest commitment_to(const ledger::Receipt& event) {
    ByteWriter fields;
    fields.text("litura.event.payload.1");
    fields.blob(event.nonce);
    fields.blob(event.payload);
    return sha256(fields.bytes());
}

Result<std::string> misfit(ledger::Ledger& ledger, const ledger::Receipt& event) {
    const std::string where = "event " + std::to_string(event.event);
    if (commitment_to(event) != event.commitment)
        return where + ": what it says is not what its commitment covers";
    if (event.event == 0 || event.event > TRY(ledger.sequence()))
        return where + ": the chain has no such event";
    if (TRY(ledger.commitment(event.event)) != event.commitment)
        return where + ": the chain is committed to something else here";
    return std::string();
}

}  // namespace

Json to_json(const ledger::Receipt& event) {
    return {{"event", event.event},      {"at", to_text(event.at)},
            {"type", event.type},        {"commitment", to_text(event.commitment)},
            {"nonce", hex(event.nonce)}, {"payload", hex(event.payload)}};
}

Result<void> write_receipt(derive::Project& project, const ledger::Request& request,
                           const Path& path) {
    if (project.env.exists(path)) {
        return Error{Code::forbidden, "there is a file already where the receipt would go", "",
                     "give another --receipt FILE"};
    }
    const ledger::Head head = TRY(project.ledger().head());
    const Instant now = TRY(project.ledger().now());
    Json receipt = {{"receipt", kForm},
                    {"request", request.id},
                    {"person", request.handle},
                    {"made_at", to_text(now)},
                    {"test_clock", project.ledger().clock() == ledger::Ledger::Clock::test},
                    {"head", {{"event", head.seq}, {"hash", head.hash.hex()}}}};
    for (const char* list : {"events", "models", "releases"}) receipt[list] = Json::array();
    for (const ledger::Account& account : TRY(project.ledger().persons().of(request.person))) {
        for (const ledger::Receipt& event : TRY(project.ledger().persons().receipts(account)))
            receipt["events"].push_back(to_json(event));
    }
    for (const InModel& model : TRY(models_of(project, request.person)))
        if (model.records != 0u) receipt["models"].push_back(to_json(model));
    for (const Exposure& exposure : TRY(exposures_of(project, request.person)))
        if (exposure.records > 0) receipt["releases"].push_back(to_json(exposure));
    return project.env.write_file(path, bytes_of(receipt.dump(1) + "\n"));
}

Result<HeldReceipt> parse_receipt(std::string_view text) {
    if (text.size() > kReceiptBytesMax) return no_receipt();
    auto json = parse_json(text, "the receipt");
    if (!json || !json->is_object() || json->value("receipt", Json()) != kForm ||
        !json->contains("events") || !json->at("events").is_array() ||
        !json->value("request", Json()).is_string())
        return no_receipt();
    HeldReceipt receipt;
    receipt.request = json->at("request").get<std::string>();
    for (const Json& each : json->at("events")) {
        auto event = event_in(each);
        if (!event) return no_receipt();
        receipt.events.push_back(std::move(*event));
    }
    return receipt;
}

Result<ReceiptCheck> check_receipt(derive::Project& project, std::string_view text) {
    const HeldReceipt receipt = TRY(parse_receipt(text));
    ReceiptCheck check;
    check.request = receipt.request;
    for (const ledger::Receipt& event : receipt.events) {
        ++check.events;
        check.first_difference = TRY(misfit(project.ledger(), event));
        if (!check.first_difference.empty()) break;
    }
    return check;
}

}  // namespace litura::release
