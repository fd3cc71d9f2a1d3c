// A class action as decide() sees it: a qualified entity objects, withdraws or asks for erasure for
// everybody who is described or listed (Directive (EU) 2020/1828; GDPR Art. 80). One event makes it
// effective. Until an account was looked up in a list it counts as a member: nobody is used because
// a look-up is still going on. classes.hpp has the methods.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/predicate.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

/// Directive 2020/1828 Art. 9(2): whoever does not say no is represented, or whoever says yes.
enum class Mode { opt_in, opt_out };
std::string_view to_text(Mode);
Result<Mode> parse_mode(std::string_view);

/// Where somebody stands: in the entity's list, or by a word of their own.
enum class Standing { listed, joined, left };
std::string_view to_text(Standing);
Result<Standing> parse_standing(std::string_view);

/// In force, with what decide() reads of it.
struct Representation {
    RequestKind kind = RequestKind::objection;  ///< or withdrawal, erasure
    std::string purpose;                        ///< empty: every purpose
    Mode mode = Mode::opt_in;
    std::vector<std::string> residence;  ///< countries in which silence is a yes; opt-out only
    std::optional<Predicate> scope;      ///< of a described class; a listed one has none
    Instant at;
    Sequence event = 0;
    Sequence settled = 0;  ///< accounts first seen up to this event were looked up in the list
    std::map<Digest, Standing> persons;
};

/// Whether a class speaks for a record's author; unknown: nobody has looked the account up yet.
Truth represents(const Representation& action, const Account& account, const Described& record);

}  // namespace litura::ledger
