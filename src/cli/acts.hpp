// ACTS.jsonl: acts of people with their evidence, one JSON object a line (DESIGN: section 7).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"
#include "ledger/ledger.hpp"

namespace litura::cli {

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

/// Told of every act with the event that records it.
using ActRecorded = std::function<void(const ledger::Act&, ledger::Sequence)>;

/// Records every act, in the file's order; the number of them. Code::bad_input names the line and
/// never its content.
Result<std::uint64_t> record_acts(Env& env, ledger::Ledger& ledger, const Path& path,
                                  const ActRecorded& recorded = {});

}  // namespace litura::cli
