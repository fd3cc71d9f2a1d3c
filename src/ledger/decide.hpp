// Admission: admitted = a live ground and no bar. A pure function of the ledger's folds, a record's
// facts, the policy and a moment; default deny. It reads one record, its own person and constants,
// never other people: somebody coming or going must not change who else is admitted.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ledger/class.hpp"
#include "ledger/predicate.hpp"
#include "ledger/rule_pack.hpp"
#include "ledger/types.hpp"

namespace litura::ledger {

struct Policy {
    std::string purpose = "model_training";
    /// Between serving a notice and legitimate interest taking effect; the rules' own if longer.
    std::int64_t grace_days = 30;
};

/// What admission may know of a record.
struct RecordFacts {
    Digest record, account, wording;
    std::string_view source;
    Audience audience = Audience::unknown;
    std::optional<Instant> created_at = {};
    /// What earlier marks made of the same text: a bar on one of these wordings holds as well.
    std::span<const Digest> formerly = {};
};

/// Does the record say its text in this wording?
inline bool is_worded(const RecordFacts& record, const Digest& wording) {
    return record.wording == wording ||
           std::ranges::find(record.formerly, wording) != record.formerly.end();
}

struct Decision {
    bool admitted = false;
    Rule rule = Rule::no_ground;
    Basis basis = Basis::consent;  ///< of the admitting ground
    Instant from;  ///< when the ground took effect; with created_at this places the record
    std::optional<Instant> until;  ///< when the ground ends by itself
    Sequence evidence = 0;         ///< the event that allows or forbids
    bool operator==(const Decision&) const = default;
};

/// An order by which some records must not be used; in force.
struct Exclusion {
    Predicate scope;
    Sequence event = 0;
};

/// Rules that somebody adopted; they rule from their `valid_from` on until later ones do.
struct AdoptedRules {
    std::shared_ptr<const RulePack> pack;
    Digest digest;  ///< of their text
    Sequence event = 0;
};
/// Those in force at a moment, or none. `rules` is in the order of force.
const AdoptedRules* in_force(const std::vector<AdoptedRules>& rules, Instant at);

/// An assessment of a legitimate interest, with the headings under which it answers.
struct Assessment {
    std::vector<std::string> answers;
    Sequence event = 0;
};

/// An act of a record's author that lets it be used although it is of a special category.
struct Exception {
    Digest account;
    std::string purpose;
    Instant at;
    std::optional<Instant> until;
    Sequence event = 0;
};

/// Tags and digests are spread evenly, so eight bytes of one are its hash. Without an order:
/// whoever writes what is in such a table sorts it first.
struct ByDigest {
    std::size_t operator()(const Digest& digest) const;
};
template <typename T>
using DigestMap = std::unordered_map<Digest, T, ByDigest>;

/// An account with all that is said of it and its person: one place in memory, one look.
struct KnownAccount : Account {
    std::vector<Ground> grounds;
    std::vector<Bar> bars;  ///< on its person
};

/// All folds that decide() reads, in memory. Immutable; may be read by several threads.
struct Snapshot {
    Sequence sequence = 0;
    std::vector<AdoptedRules> rules;  ///< in the order of force
    DigestMap<KnownAccount> accounts;
    DigestMap<std::vector<Bar>> bars;              ///< by the record or the folded name
    DigestMap<std::vector<Exception>> exceptions;  ///< by record
    std::map<std::string, SourceStatement, std::less<>> sources;
    /// The earliest serving by source.
    std::map<std::string, NoticeServed, std::less<>> first_notice;
    std::map<std::string, std::vector<Assessment>> assessments;  ///< by purpose
    std::vector<BarredName> names;                               ///< in force
    std::vector<Exclusion> exclusions;                           ///< in force
    std::vector<Representation> classes;                         ///< class actions
    bool stopped = false;                                        ///< a stop order is in force
};

/// Does `scope` not answer "no" about a record, as far as the ledger knows its source and author?
bool meant_by(const Predicate& scope, const Snapshot& ledger, const RecordFacts& record,
              const Policy& policy, Instant as_of);

/// In whole years, as far as an account's description or its source's statement says.
struct KnownAge {
    std::optional<std::int64_t> from, below;
};
KnownAge known_age(const Account& account, const SourceStatement* statement, Instant at);

/// The rules, in this order:
///   unknown account; no rules in force; no source or purpose; bar on the person (its purpose);
///   bar on the folded name, for accounts first seen after it; bar on the record or on this
///   wording; an order's exclusion, unless its predicate answers no; a class action that speaks for
///   the author, unless they consented after it themselves; audience must be public by the file or
///   the source's statement; a live consent (at <= as_of < until) that was not a minor's
///   alone, for a purpose that consent carries; else, if the person has no consent ended by
///   withdrawal or expiry, legitimate interest: claimed, valid for the purpose, a complete
///   assessment there, notice served, of age (known, or by the source's statement), grace over;
///   last, a record that was flagged for a special category needs an act of its author. Bases,
///   ages, questions and the least grace are those of the rules in force at `as_of`.
Decision decide(const Snapshot& ledger, const RecordFacts& record, const Policy& policy,
                Instant as_of);

}  // namespace litura::ledger
