// Admission: admitted = a live ground and no bar. A pure function of the ledger's folds, a record's
// facts, the policy and a moment; default deny. It reads one record, its own person and constants,
// never other people (DESIGN: section 5).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ledger/predicate.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Policy {
    std::string purpose = "model_training";
    std::int64_t grace_days =
        30;  ///< between serving a notice and legitimate interest taking effect
};

/// What admission may know of a record.
struct RecordFacts {
    Digest record, account, wording;
    std::string_view source;
    Audience audience = Audience::unknown;
    std::optional<Instant> created_at = {};
};

/// Why a record is admitted or not; each is explained by to_text().
enum class Rule {
    consent_live,
    legitimate_interest_live,
    account_unknown,
    person_barred,
    name_barred,
    record_barred,
    wording_barred,
    order_excludes,
    audience_not_public,
    no_ground,
    consent_expired,
    assessment_missing,
    notice_missing,
    grace_running,
    age_unproven,
};
std::string_view to_text(Rule);

struct Decision {
    bool admitted = false;
    Rule rule = Rule::no_ground;
    Basis basis = Basis::consent;  ///< of the admitting ground
    Instant from;  ///< when the ground took effect; with created_at this places the record
    std::optional<Instant> until;  ///< when the ground ends by itself
    Sequence evidence = 0;         ///< the event that allows or forbids
};

/// An order by which some records must not be used; in force.
struct Exclusion {
    Predicate scope;
    Sequence event = 0;
};

/// All folds that decide() reads, in memory. Immutable; may be read by several threads.
struct Snapshot {
    Sequence sequence = 0;
    std::map<Digest, Account> accounts;
    std::multimap<Digest, Ground> grounds;  ///< by account
    std::map<Digest, std::vector<Bar>>
        bars;  ///< by the target: each account of the person, the record, or the folded name
    std::map<std::string, SourceStatement> statements;
    std::map<std::string, NoticeServed> first_notice;  ///< the earliest serving by source
    std::map<std::string, Sequence> assessments;       ///< by purpose
    std::vector<BarredName> names;                     ///< in force
    std::vector<Exclusion> exclusions;                 ///< in force
    bool stopped = false;                              ///< a stop order is in force
};

/// The rules, in this order:
///   unknown account; bar on the person (its purpose); bar on the folded name, for accounts first
///   seen after it; bar on the record or on this wording; an order's exclusion, unless its
///   predicate answers no; audience must be public by the file or the source's statement; live
///   consent (at <= as_of < until); else, if the person has no consent ended by withdrawal or
///   expiry, legitimate interest: claimed, assessment there, notice served, adults by the source's
///   statement, grace over.
Decision decide(const Snapshot& ledger, const RecordFacts& record, const Policy& policy,
                Instant as_of);

}  // namespace litura::ledger
