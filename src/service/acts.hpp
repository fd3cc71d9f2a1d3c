// ACTS.jsonl: acts of people with their evidence, one JSON object a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/intake.hpp"
#include "service/words.hpp"

namespace litura::service {

/// The act as such a line: personal, for the person's own report.
Json act_json(const ledger::Act& act);

/// One line: an act for each of its purposes, which only a no may have several of, and what it says
/// of the person.
struct ActLine {
    ledger::Act act;  ///< less its purpose
    std::vector<std::string> purposes;
    ledger::Description said;
};
/// Of any bytes; Code::bad_input never names the content.
Result<ActLine> parse_act_line(std::string_view text);

/// A file of acts, and its name for errors.
struct ActsFile {
    std::string name;
    Bytes bytes;
};

/// What a person may be handed at once for an act: it names nobody. The opening of each commitment
/// is in the person's own report.
struct ActReceipt {
    ledger::Sequence event = 0;
    Digest commitment;
    ledger::ActKind kind{};
    std::string purpose, channel;
    std::optional<Digest> notice;
    Instant at;
};
struct ActsRecorded {
    std::uint64_t acts = 0;
    std::vector<ActReceipt> receipts;  ///< if they were wanted
};
enum class Receipts { none, wanted };

/// Records every act, in the file's order. Code::bad_input names the line and never its content. A
/// file with a line that is no act is refused whole; one that the ledger refuses in the middle has
/// left whole batches behind, and the corrected file adds the rest.
Result<ActsRecorded> record_acts(Session& session, const ActsFile& file, Receipts receipts);
Json to_json(const ActsRecorded& recorded);

}  // namespace litura::service
