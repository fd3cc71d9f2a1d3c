// The rules that were adopted (rule_pack.hpp), each from its day on.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "ledger/decide.hpp"

namespace litura::ledger {

struct Core;

class Rules {
public:
    explicit Rules(Core& core) : core_(&core) {}

    /// From their `valid_from` on these rule. Code::bad_input unless they are rules, and later than
    /// or of the same day as all that were adopted. The same text again changes nothing.
    Result<Digest> adopt(ByteView text);
    Result<std::vector<AdoptedRules>> all();
    /// What is not recorded, as the rules in force put it.
    Error refusal(Refusal refusal, std::string_view detail = "", std::string_view where = "");

private:
    Core* core_;
};

}  // namespace litura::ledger
