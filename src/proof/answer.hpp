// What a recipient answers to a recall, signed with the recipient's own key:
//
//   answer := a DSSE envelope of type "application/vnd.litura.answer+json" over
//             {"recall": ID, "recipient": ID, "reply": "said_applied" | "refused"}
//
// It is what was said. Whether copies are gone nobody can see from here.
#pragma once

#include "proof/dsse.hpp"

namespace litura::proof {

struct RecipientAnswer {
    std::string recall, recipient;  ///< ids as in the notice
    bool applied = false;           ///< else refused
};

Envelope sign_answer(const RecipientAnswer& answer, const SigningKey& key);
/// Not verified: whose key it has to be is in the answer.
Result<RecipientAnswer> answer_in(const Envelope& envelope);

}  // namespace litura::proof
