// Whom a class action speaks for. What nobody knows of somebody counts as if it made them a member.
#include "ledger/class.hpp"

#include <algorithm>

namespace litura::ledger {
namespace {

template <typename Value>
struct Named {
    std::string_view name;
    Value value;
};
constexpr Named<Mode> kModes[] = {{"opt_in", Mode::opt_in}, {"opt_out", Mode::opt_out}};
constexpr Named<Standing> kStandings[] = {
    {"listed", Standing::listed}, {"joined", Standing::joined}, {"left", Standing::left}};

/// Art. 9(3): who lives abroad is represented by an explicit yes only.
bool lives_abroad(const Representation& action, std::string_view country) {
    return !country.empty() && !action.residence.empty() &&
           std::ranges::find(action.residence, country) == action.residence.end();
}

}  // namespace

std::string_view to_text(Mode mode) {
    return std::ranges::find(kModes, mode, &Named<Mode>::value)->name;
}

Result<Mode> parse_mode(std::string_view text) {
    const auto found = std::ranges::find(kModes, text, &Named<Mode>::name);
    if (found != std::end(kModes)) return found->value;
    return Error{Code::bad_input, "no such mode of a class", "", "opt_in or opt_out"};
}

std::string_view to_text(Standing standing) {
    return std::ranges::find(kStandings, standing, &Named<Standing>::value)->name;
}

Result<Standing> parse_standing(std::string_view text) {
    const auto found = std::ranges::find(kStandings, text, &Named<Standing>::name);
    if (found != std::end(kStandings)) return found->value;
    return Error{Code::broken, "no such standing in a class", "", ""};
}

Truth represents(const Representation& action, const Account& account, const Described& record) {
    const auto found = action.persons.find(account.person);
    const bool known = found != action.persons.end();
    if (known && found->second == Standing::left) return Truth::no;
    if (action.scope && action.scope->about(record) == Truth::no) return Truth::no;
    if (known && found->second == Standing::joined) return Truth::yes;
    const bool listed = known && action.mode == Mode::opt_in;
    if (!listed && lives_abroad(action, record.country)) return Truth::no;
    if (known || (action.scope && action.mode == Mode::opt_out)) return Truth::yes;
    if (action.scope || account.since <= action.settled) return Truth::no;
    return Truth::unknown;
}

}  // namespace litura::ledger
