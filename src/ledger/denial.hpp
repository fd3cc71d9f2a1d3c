// Why a request may be denied: a closed list, each reason with its article and the rights it can be
// said against. Objection, withdrawal and restriction take effect on the word of whoever has the
// account; nothing can be said against them here.
#pragma once

#include "base/bytes.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Reason {
    std::string_view code, article, words;
};

/// Code::forbidden if the right cannot be denied, or not for this reason; Code::bad_input if there
/// is no such reason.
Result<Reason> denial_reason(std::string_view code, RequestKind kind);
/// The words of a reason that was recorded.
const Reason* reason_named(std::string_view code);

/// What the person is told (GDPR Art. 12(4)): lines that begin with "Reasons:", "Supervisory
/// authority:" and "Court:", each with an answer of three words or more, on the line or below it.
/// Code::bad_input says which is missing.
Result<void> check_denial_letter(ByteView letter);

/// Fewer words than these answer nothing, in a letter or in an assessment.
inline constexpr int kAnswerWords = 3;
int words_in(std::string_view text);

}  // namespace litura::ledger
