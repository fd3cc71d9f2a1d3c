// The rules of admission: adopting them, and why a record is not used, as they put it. And what an
// operator found out about a single record.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ledger/decide.hpp"
#include "service/words.hpp"

namespace litura::service {

/// Why, by which article, and what can be done.
struct Explained {
    ledger::Rule rule{};
    std::string what, article, next;
};
/// Each of these as the rules in force put it; nothing while none are.
Result<std::vector<Explained>> explained(Session& session, const std::set<ledger::Rule>& rules);
Json to_json(const std::vector<Explained>& rules);

struct Adopted {
    ledger::AdoptedRules rules;
    std::optional<Replacement> replacement;
};
/// Code::bad_input for rules that the project's own policy would break from their day on.
Result<Adopted> adopt_rules(Session& session, ByteView text);
Json to_json(const Adopted& adopted);

struct RulesHeld {
    std::vector<ledger::AdoptedRules> adopted;
    std::optional<Digest> in_force;
};
Result<RulesHeld> rules(Session& session);
Json to_json(const RulesHeld& held);

struct Flagged {
    std::string record;
    ledger::BarKind bar = ledger::BarKind::special_category;
    std::optional<Replacement> replacement;
};
/// A person has looked at it: it holds a special category of data. `record`: "r-..." or the
/// source's id.
Result<Flagged> flag_record(Session& session, const std::string& record);
Json to_json(const Flagged& flagged);

}  // namespace litura::service
