#include "proof/answer.hpp"

#include "proof/json_fields.hpp"

namespace litura::proof {
namespace {

constexpr std::string_view kType = "application/vnd.litura.answer+json";

}  // namespace

Envelope sign_answer(const RecipientAnswer& answer, const SigningKey& key) {
    const Json json = {{"recall", answer.recall},
                       {"recipient", answer.recipient},
                       {"reply", answer.applied ? "said_applied" : "refused"}};
    return sign_envelope(std::string(kType), compact(json), key);
}

Result<RecipientAnswer> answer_in(const Envelope& envelope) {
    const Json json = TRY(parse_json(text_of(envelope.payload), "answer"));
    const std::string reply = text_or_empty(json, "reply");
    const RecipientAnswer answer{text_or_empty(json, "recall"), text_or_empty(json, "recipient"),
                                 reply == "said_applied"};
    const bool known = answer.applied || reply == "refused";
    if (envelope.type == kType && known && !answer.recall.empty() && !answer.recipient.empty())
        return answer;
    return Error{Code::bad_input, "not an answer to a recall", "answer",
                 "make one with 'litura-check answer'"};
}

}  // namespace litura::proof
