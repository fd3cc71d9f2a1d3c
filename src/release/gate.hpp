// May this model leave the house? The policy of docs/releases.md as one pure function. What it
// guards against: whoever holds two releases can compare them, and the fewer people changed between
// them, the more the difference says about each (rights-notes, publishing: no exact method escapes
// this; it can be bounded and measured).
#pragma once

#include <optional>

#include "derive/manifest.hpp"
#include "derive/recipe.hpp"
#include "proof/release_list.hpp"

namespace litura::release {

/// The result of `litura audit diff OLD NEW`, or of whoever made that comparison.
//
//   audit := {"audit": "diff", "old": DIGEST, "new": DIGEST, "measured": NUMBER, "by": TEXT ..}
//
// `measured`: by how much more often than people who were never included the departed are
// recognised, or their words written out, by whoever holds both releases. More fields may follow.
struct DiffAudit {
    Digest old_model, new_model;
    double measured = 1;
    std::string by;
};
Result<DiffAudit> parse_diff_audit(std::string_view json);

struct GateFacts {
    const derive::Manifest* manifest = nullptr;  ///< of the model that wants to leave
    bool suppressed = false;
    Instant now;
    std::vector<const derive::Manifest*> earlier;  ///< of all releases so far, the last one last
    Instant last_at;
    bool ordered = false;  ///< an order in the ledger asks for it
    std::optional<DiffAudit> audit;
};

/// What differs from another release, in people.
struct Changed {
    std::size_t people = 0;  ///< who joined, left, or has other records or words
    std::size_t shared = 0;  ///< of these, who had no shard alone in either
};
Result<Changed> changed_people(const derive::Manifest& last, const derive::Manifest& now);

/// What differs from the last release, or Code::forbidden with the first rule that does not hold,
/// and what to do. An order puts the schedule and the number of people aside, nothing else. Deal
/// and people are compared with every earlier release: whoever has the third may have kept the
/// first.
Result<Changed> check_gate(const GateFacts& facts, const derive::ReleasePolicy& policy);

/// Nothing of a recalled release comes out again under another name: Code::forbidden if `earlier`
/// was recalled and shares a tensor with `wanted`, or is the same model.
Result<void> check_not_recalled(const proof::Release& earlier, const proof::Release& wanted);

}  // namespace litura::release
