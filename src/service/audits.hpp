// What models give away about people, and which weights come from which.
#pragma once

#include <string>

#include "audit/claim.hpp"
#include "audit/difference.hpp"
#include "audit/lineage.hpp"
#include "service/words.hpp"

namespace litura::service {

struct ExaminedClaim {
    Digest model;
    audit::Claim claim;
    std::string_view verdict() const;
};
/// "Your model said my words": does the model in use write `said` after `prompt`? Recorded.
Result<ExaminedClaim> examine_claim(Session& session, std::string_view prompt,
                                    std::string_view said);
Json to_json(const ExaminedClaim& examined);

struct DiffWish {
    Path before, after;  ///< folders; no second one: the model in use
    Path controls;       ///< a file
    int threads = 0;
};
struct MeasuredDifference {
    audit::Difference difference;
    double bound = 0;  ///< of the settings: a release above it needs an order
    bool within() const { return difference.measured() <= bound; }
};
/// Kept, because the gate before a release asks for it.
Result<MeasuredDifference> audit_difference(Session& session, const DiffWish& wish);
Json to_json(const MeasuredDifference& measured);

/// Needs no project.
Result<audit::Lineage> lineage(const Path& a, const Path& b);
Json to_json(const audit::Lineage& lineage);

}  // namespace litura::service
