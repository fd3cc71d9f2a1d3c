// The exposure receipt: what a person keeps after an erasure, written before their keys die. It
// holds the openings of their own events, so that they can show for ever what the ledger said of
// them (nobody else can), and which models and releases held how many of their records, and when.
// It is the person's; the project keeps no copy.
//
//   receipt := {"receipt": "litura.receipt.1", "request", "person", "made_at",
//               "head": {"event", "hash"}, "events": [event], "models": [..], "releases": [..]}
//   event   := {"event", "at", "type", "commitment", "nonce", "payload"}, the last two in hex: a
//   payload
//              may end with a file
//
// What an event says is held against its commitment (ledger::Receipt), which stands in the chain.
#pragma once

#include "derive/project.hpp"
#include "ledger/persons.hpp"

namespace litura::release {

/// One event with what opens its commitment: personal, for the person's own papers.
Json to_json(const ledger::Receipt& event);

Result<void> write_receipt(derive::Project& project, const ledger::Request& request,
                           const Path& path);

/// What is checked of a receipt: of each event its number, commitment, nonce and payload.
struct HeldReceipt {
    std::string request;
    std::vector<ledger::Receipt> events;
};
/// Of any bytes; Code::bad_input for what is no receipt.
Result<HeldReceipt> parse_receipt(std::string_view text);

struct ReceiptCheck {
    std::string request;
    std::uint64_t events = 0;
    std::string first_difference;  ///< empty: all are what the chain is committed to
};
/// Needs no key: it holds after the erasure too. Code::bad_input for what is no receipt.
Result<ReceiptCheck> check_receipt(derive::Project& project, std::string_view text);

}  // namespace litura::release
