// The rules one by one, in the order that decide.hpp promises. Each answers "this settles
// it" or passes on.
#include "ledger/decide.hpp"

#include <algorithm>
#include <cstring>

namespace litura::ledger {
namespace {

using Settled = std::optional<Decision>;

Decision refused(Rule rule, Sequence evidence) {
    Decision decision;
    decision.rule = rule;
    decision.evidence = evidence;
    return decision;
}

using Bars = std::vector<Bar>;
const Bars kNone;

const Bars& bars_on(const Snapshot& ledger, const Digest& target) {
    const auto found = ledger.bars.find(target);
    return found == ledger.bars.end() ? kNone : found->second;
}

template <typename Applies>
const Bar* first(const Bars& bars, Applies applies) {
    const auto bar = std::ranges::find_if(bars, applies);
    return bar == bars.end() ? nullptr : &*bar;
}

Settled barred(const Snapshot& ledger, const KnownAccount& account, const Bars& on_record,
               const RecordFacts& record, const Policy& policy) {
    const auto covers = [&](const Bar& bar) {
        return bar.purpose.empty() || bar.purpose == policy.purpose;
    };
    const Bar* bar = first(account.bars, [&](const Bar& b) { return b.person && covers(b); });
    if (bar != nullptr) return refused(Rule::person_barred, bar->event);

    // Accounts that were known before the erasure are other people who happen to fold alike.
    bar = first(bars_on(ledger, account.folded),
                [&](const Bar& b) { return b.folded && covers(b) && account.since > b.event; });
    if (bar != nullptr) return refused(Rule::name_barred, bar->event);

    bar = first(on_record, [&](const Bar& b) {
        return b.record && !b.wording && b.kind != BarKind::special_category && covers(b);
    });
    if (bar != nullptr) return refused(Rule::record_barred, bar->event);
    bar = first(on_record, [&](const Bar& b) {
        return b.record && b.wording && is_worded(record, *b.wording) && covers(b);
    });
    if (bar != nullptr) return refused(Rule::wording_barred, bar->event);
    return std::nullopt;
}

/// The act of its author that lets a flagged record be used, for as long as possible.
const Exception* exception_for(const Snapshot& ledger, const RecordFacts& record,
                               const Policy& policy, Instant as_of) {
    const auto found = ledger.exceptions.find(record.record);
    const Exception* longest = nullptr;
    if (found == ledger.exceptions.end()) return longest;
    for (const Exception& act : found->second) {
        const bool holds = act.account == record.account && act.purpose == policy.purpose &&
                           act.at <= as_of && (!act.until || as_of < *act.until);
        const bool longer =
            longest == nullptr || (longest->until && (!act.until || *act.until > *longest->until));
        if (holds && longer) longest = &act;
    }
    return longest;
}

/// What was flagged for a special category is used only while an act of its own author lets it.
Decision unless_special(const Snapshot& ledger, const Bars& on_record, const RecordFacts& record,
                        const Policy& policy, Instant as_of, Decision decision) {
    const Bar* flag =
        first(on_record, [](const Bar& bar) { return bar.kind == BarKind::special_category; });
    if (!decision.admitted || flag == nullptr) return decision;
    const Exception* act = exception_for(ledger, record, policy, as_of);
    if (act == nullptr) return refused(Rule::special_category, flag->event);
    if (act->until && (!decision.until || *act->until < *decision.until))
        decision.until = act->until;
    return decision;
}

const SourceStatement* statement_about(const Snapshot& ledger, std::string_view source) {
    const auto found = ledger.sources.find(source);
    return found == ledger.sources.end() ? nullptr : &found->second;
}

/// What the file says about a record goes before what the operator states about the whole source.
Audience audience_of(const SourceStatement* statement, const RecordFacts& record) {
    const bool silent = record.audience == Audience::unknown;
    return silent && statement != nullptr ? statement->audience : record.audience;
}

Described described_by(const SourceStatement* statement, const Account& account,
                       const RecordFacts& record, const Policy& policy, Instant as_of) {
    Described described{record.source, policy.purpose, audience_of(statement, record),
                        record.created_at, &account.person};
    const KnownAge age = known_age(account, statement, as_of);
    described.country = account.country;
    described.age_from = age.from;
    described.age_below = age.below;
    return described;
}

/// What nobody knows about a record never frees it from an order.
Settled excluded(const Snapshot& ledger, const Described& described) {
    for (const Exclusion& order : ledger.exclusions) {
        if (order.scope.about(described) != Truth::no)
            return refused(Rule::order_excludes, order.event);
    }
    return std::nullopt;
}

/// A yes that a person gives after a class objected for them goes before it, as after an objection
/// of their own. Nothing takes back an erasure.
bool consented_since(const Representation& action, const KnownAccount& account, Instant as_of) {
    if (action.kind == RequestKind::erasure) return false;
    return std::ranges::any_of(account.grounds, [&](const Ground& ground) {
        return ground.basis == Basis::consent && ground.purpose == action.purpose &&
               ground.at > action.at && ground.at <= as_of;
    });
}

Settled represented(const Snapshot& ledger, const KnownAccount& account, const Described& described,
                    const Policy& policy, Instant as_of) {
    for (const Representation& action : ledger.classes) {
        if (!action.purpose.empty() && action.purpose != policy.purpose) continue;
        const Truth truth = represents(action, account, described);
        if (truth == Truth::no || consented_since(action, account, as_of)) continue;
        return refused(truth == Truth::yes ? Rule::class_represents : Rule::class_unsettled,
                       action.event);
    }
    return std::nullopt;
}

Settled not_public(const SourceStatement* statement, const RecordFacts& record) {
    const bool silent = record.audience == Audience::unknown;
    if (audience_of(statement, record) == Audience::everyone) return std::nullopt;
    return refused(Rule::audience_not_public,
                   silent && statement != nullptr ? statement->event : 0);
}

struct Grounds {
    const Ground* live_consent = nullptr;
    const Ground* ended_consent = nullptr;
    const Ground* minors_consent = nullptr;
    const Ground* interest = nullptr;
};

/// The older ground, so that a renewal does not move a record's place; of two given at one moment
/// the longer, so that the order in which they were recorded does not matter.
bool goes_before(const Ground& a, const Ground* b) {
    if (b == nullptr || a.at != b->at) return b == nullptr || a.at < b->at;
    if (a.until != b->until) return !a.until || (b->until && *a.until > *b->until);
    return a.event < b->event;
}

Grounds grounds_of(const KnownAccount& account, const Policy& policy, Instant as_of) {
    Grounds found;
    for (const Ground& ground : account.grounds) {
        if (ground.purpose != policy.purpose || ground.at > as_of) continue;
        if (ground.basis == Basis::legitimate_interest) {
            if (goes_before(ground, found.interest)) found.interest = &ground;
        } else if (ground.by_minor) {
            if (goes_before(ground, found.minors_consent)) found.minors_consent = &ground;
        } else if (ground.until && as_of >= *ground.until) {
            if (goes_before(ground, found.ended_consent)) found.ended_consent = &ground;
        } else if (goes_before(ground, found.live_consent)) {
            found.live_consent = &ground;
        }
    }
    return found;
}

Decision by_consent(const RulePack& rules, const Ground& ground) {
    if (rules.invalid_for(Basis::consent, ground.purpose) != nullptr)
        return refused(Rule::basis_invalid, ground.event);
    return {true, Rule::consent_live, Basis::consent, ground.at, ground.until, ground.event};
}

/// The first assessment that answers every question of these rules; `answered` stays null if there
/// is none.
struct Assessed {
    bool any = false;
    const Assessment* answered = nullptr;
};
Assessed assessed(const Snapshot& ledger, const RulePack& rules, const std::string& purpose) {
    const auto found = ledger.assessments.find(purpose);
    if (found == ledger.assessments.end()) return {};
    for (const Assessment& assessment : found->second) {
        const auto open = [&](const RulePack::Question& question) {
            return std::ranges::find(assessment.answers, question.heading) ==
                   assessment.answers.end();
        };
        if (std::ranges::none_of(rules.assessment, open)) return {true, &assessment};
    }
    return {true, nullptr};
}

/// Legitimate interest is off unless everything is there: GDPR Art. 6(1)(f), 13, 14 and 21(4).
Decision by_interest(const Snapshot& ledger, const RulePack& rules, const Account& account,
                     const Ground& ground, const SourceStatement* statement,
                     std::string_view source, const Policy& policy, Instant as_of) {
    if (rules.invalid_for(Basis::legitimate_interest, policy.purpose) != nullptr)
        return refused(Rule::basis_invalid, ground.event);
    const Assessed assessment = assessed(ledger, rules, policy.purpose);
    if (!assessment.any) return refused(Rule::assessment_missing, ground.event);
    if (assessment.answered == nullptr) return refused(Rule::assessment_incomplete, ground.event);
    const auto notice = ledger.first_notice.find(source);
    if (notice == ledger.first_notice.end()) return refused(Rule::notice_missing, ground.event);
    const std::int64_t grace_days = std::max(policy.grace_days, rules.grace_days);
    Instant from = notice->second.at.plus_days(grace_days);
    if (account.age) {
        const Instant of_age = account.age->reaches(rules.interest_age);
        if (as_of < of_age) return refused(Rule::minor_without_consent, ground.event);
        from = std::max(from, of_age);
    } else if (statement == nullptr || !statement->adults_only) {
        return refused(Rule::age_unproven, statement == nullptr ? ground.event : statement->event);
    }
    if (as_of < from) return refused(Rule::grace_running, notice->second.event);
    return {
        true,        Rule::legitimate_interest_live, Basis::legitimate_interest, from, std::nullopt,
        ground.event};
}

}  // namespace

std::string_view to_text(Rule rule) {
    switch (rule) {
        case Rule::consent_live: return "consent is in force";
        case Rule::legitimate_interest_live: return "legitimate interest is in force";
        case Rule::account_unknown: return "the ledger does not know the account";
        case Rule::rules_missing: return "no rules are in force";
        case Rule::facts_missing: return "its source or the purpose is missing";
        case Rule::person_barred: return "the person is barred";
        case Rule::name_barred: return "the name is barred";
        case Rule::record_barred: return "the record is barred";
        case Rule::wording_barred: return "this wording is barred";
        case Rule::special_category: return "special category of personal data";
        case Rule::order_excludes: return "an order excludes it";
        case Rule::class_represents: return "a class action speaks for the person";
        case Rule::class_unsettled: return "not looked up in a class' list yet";
        case Rule::audience_not_public: return "not shown to be public";
        case Rule::no_ground: return "no ground for this purpose";
        case Rule::consent_expired: return "consent has ended";
        case Rule::consent_by_minor: return "too young to consent alone";
        case Rule::basis_invalid: return "the rules exclude this basis for this purpose";
        case Rule::minor_without_consent: return "under age and without consent";
        case Rule::age_unproven: return "not shown to be adults";
        case Rule::assessment_missing: return "no assessment for this purpose";
        case Rule::assessment_incomplete: return "the assessment leaves questions open";
        case Rule::notice_missing: return "no notice was served on this source";
        case Rule::grace_running: return "the grace period is running";
    }
    CHECK(false);  // a rule without a text
    return {};
}

std::size_t ByDigest::operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.bytes.data(), sizeof hash);
    return hash;
}

const AdoptedRules* in_force(const std::vector<AdoptedRules>& rules, Instant at) {
    const auto later = [](Instant moment, const AdoptedRules& each) {
        return moment < each.pack->valid_from;
    };
    const auto next = std::upper_bound(rules.begin(), rules.end(), at, later);
    return next == rules.begin() ? nullptr : &*std::prev(next);
}

bool meant_by(const Predicate& scope, const Snapshot& ledger, const RecordFacts& record,
              const Policy& policy, Instant as_of) {
    const auto account = ledger.accounts.find(record.account);
    if (account == ledger.accounts.end()) return false;
    const SourceStatement* statement = statement_about(ledger, record.source);
    return scope.about(described_by(statement, account->second, record, policy, as_of)) !=
           Truth::no;
}

KnownAge known_age(const Account& account, const SourceStatement* statement, Instant at) {
    constexpr std::int64_t kAdult = 18;
    KnownAge known;
    if (statement != nullptr && statement->adults_only) known.from = kAdult;
    if (!account.age || account.age->at > at) return known;
    std::int64_t years = account.age->years;
    while (account.age->reaches(years + 1) <= at) ++years;
    known.from = std::max(years, known.from.value_or(0));
    // Nobody said when the birthday is: at the same moment of a later year they may be a year
    // older.
    known.below = account.age->reaches(years) == at ? years + 1 : years + 2;
    return known;
}

namespace {

Decision by_ground(const Snapshot& ledger, const RulePack& rules, const KnownAccount& account,
                   const SourceStatement* statement, std::string_view source, const Policy& policy,
                   Instant as_of) {
    const Grounds grounds = grounds_of(account, policy, as_of);
    if (grounds.live_consent != nullptr) return by_consent(rules, *grounds.live_consent);
    // Whoever was asked and whose yes has ended is never taken without being asked (EDPB 05/2020).
    if (grounds.ended_consent != nullptr)
        return refused(Rule::consent_expired, grounds.ended_consent->event);
    if (grounds.minors_consent != nullptr)
        return refused(Rule::consent_by_minor, grounds.minors_consent->event);
    if (grounds.interest == nullptr) return refused(Rule::no_ground, 0);
    return by_interest(ledger, rules, account, *grounds.interest, statement, source, policy, as_of);
}

}  // namespace

Decision decide(const Snapshot& ledger, const RecordFacts& record, const Policy& policy,
                Instant as_of) {
    const auto known = ledger.accounts.find(record.account);
    if (known == ledger.accounts.end()) return refused(Rule::account_unknown, 0);
    const KnownAccount& account = known->second;
    const AdoptedRules* rules = in_force(ledger.rules, as_of);
    if (rules == nullptr) return refused(Rule::rules_missing, 0);
    if (record.source.empty() || policy.purpose.empty()) return refused(Rule::facts_missing, 0);
    const Bars& on_record = bars_on(ledger, record.record);
    if (const Settled bar = barred(ledger, account, on_record, record, policy)) return *bar;
    const SourceStatement* statement = statement_about(ledger, record.source);
    if (!ledger.exclusions.empty() || !ledger.classes.empty()) {
        const Described described = described_by(statement, account, record, policy, as_of);
        if (const Settled order = excluded(ledger, described)) return *order;
        if (const Settled spoken = represented(ledger, account, described, policy, as_of))
            return *spoken;
    }
    if (const Settled hidden = not_public(statement, record)) return *hidden;
    const Decision decision =
        by_ground(ledger, *rules->pack, account, statement, record.source, policy, as_of);
    return unless_special(ledger, on_record, record, policy, as_of, decision);
}

}  // namespace litura::ledger
