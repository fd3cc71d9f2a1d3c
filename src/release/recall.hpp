// Recalling a release: a statement, signed by the recall role's own key, that it must not be used
// any more.
//
//   statement := {"_type": "https://in-toto.io/Statement/v1",
//                 "subject": [{"digest": {"sha256": HEX}} .. of its weight files],
//                 "predicateType": "urn:litura:recall:1",
//                 "predicate": {"recall": ID, "state": "soft" | "hard", "reason": CLASS, "decided":
//                 "YYYY-MM",
//                               "deadline": TIME, "release": description (proof/release_list.hpp),
//                               "successor": description or null, "duties": [..], "contact": TEXT}}
//
// It names no person, no number of them, and no moment of a decision finer than the month. States
// only go up. A hard recall out of the schedule is for an order, a minor or special categories: one
// for each erasure would tell who left, and soon nobody would listen.
#pragma once

#include "release/publish.hpp"

namespace litura::release {

enum class Reason { rights, order, minor, special_category, security };
std::string_view to_text(Reason reason);
Result<Reason> parse_reason(std::string_view text);

struct RecallWish {
    std::string release;
    proof::State strength = proof::State::soft_recall;
    Reason reason = Reason::rights;
    std::int64_t deadline_days = 30;
    std::string contact;  ///< of the publisher
    Path keys;            ///< recall, snapshot, timestamp
};
/// Code::forbidden if the state would not rise, or a hard recall has neither its reason nor a
/// successor.
Result<Recall> recall(derive::Project& project, const RecallWish& wish);

}  // namespace litura::release
