// A rule pack: the rules of admission as data that a jurist can read, change and date
// (rules/eu.toml, docs/law/rules.md). Immutable once parsed; may be read by several threads. It
// holds no rule that looks at more than one person.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types.hpp"

namespace litura::ledger {

using Date = std::chrono::year_month_day;

/// Why a record is admitted or not. to_text() is short, for tables; a pack explains it in a
/// sentence, with article and remedy.
enum class Rule {
    consent_live,
    legitimate_interest_live,
    account_unknown,
    rules_missing,
    facts_missing,
    person_barred,
    name_barred,
    record_barred,
    wording_barred,
    special_category,
    order_excludes,
    class_represents,
    class_unsettled,
    audience_not_public,
    no_ground,
    consent_expired,
    consent_by_minor,
    basis_invalid,
    minor_without_consent,
    age_unproven,
    assessment_missing,
    assessment_incomplete,
    notice_missing,
    grace_running,
};
std::string_view to_text(Rule);
/// The name under which a pack explains it: "consent_live".
std::string_view name_of(Rule);

/// What is not even recorded.
enum class Refusal {
    act_incomplete,
    consent_bundled,
    consent_preset,
    notice_unknown,
    notice_silent,
    act_in_future,
    assessment_incomplete,
    grace_too_short,
};
std::string_view name_of(Refusal);

/// What, by which article, and the next step.
struct Explanation {
    std::string what, article, next;
};

class RulePack {
public:
    static constexpr std::size_t kBytesMax = 256 * 1024;

    /// Strict: Code::bad_input with the line for anything unknown, missing, twice or out of range.
    static Result<RulePack> parse(std::string_view toml);

    std::string name, version;
    Instant valid_from;

    /// A basis that does not carry a purpose, whatever else is there.
    struct Invalid {
        Basis basis;
        std::string purpose, reason, source;
    };
    std::vector<Invalid> invalid;
    const Invalid* invalid_for(Basis basis, std::string_view purpose) const;

    /// Years from which somebody consents alone; 16 or what is stated where the country is unknown.
    std::int64_t consent_age(std::string_view country) const;
    /// Whoever is younger is not taken without consent.
    std::int64_t interest_age = 18;
    std::string age_source;

    std::int64_t grace_days = 0;  ///< the least
    std::string grace_source;

    /// A question that an assessment answers under this heading.
    struct Question {
        std::string heading, source;
    };
    std::vector<Question> assessment;

    struct Clock {
        std::int64_t months = 1, extension_months = 2;
        std::string source;
    };
    Clock clock;

    const Explanation& explain(Rule rule) const;
    const Explanation& explain(Refusal refusal) const;

private:
    friend bool is_holiday(const RulePack&, std::string_view, Date);
    friend struct RulePackReader;
    struct Holiday {
        enum class Kind { yearly, once, easter, weekday, last_weekday };
        Kind kind = Kind::yearly;
        std::chrono::month_day day{};
        int number = 0;  ///< year, or days after Easter Sunday
        std::chrono::weekday weekday{};
        static std::optional<Holiday> parse(std::string_view text);
        bool falls_on(Date date) const;
    };
    RulePack() = default;
    std::int64_t consent_age_ = 16;
    std::map<std::string, std::int64_t, std::less<>> consent_age_in_;
    std::map<std::string, std::vector<Holiday>, std::less<>> holidays_;
    std::map<Rule, Explanation> rules_;
    std::map<Refusal, Explanation> refusals_;
};

/// Is this a public holiday of the whole country ("DE"; "EU": the Union's institutions)? Of a
/// country that the pack does not know, no day is. Saturdays and Sundays are not looked at.
bool is_holiday(const RulePack& pack, std::string_view country, Date date);
/// In the Gregorian calendar.
Date easter_sunday(std::chrono::year year);

/// An error that says what is refused as the pack puts it.
Error refused(const RulePack& pack, Refusal refusal, std::string_view detail = "",
              std::string_view where = "");

/// rules/eu.toml, as this program was built with it.
std::string_view shipped_rules();

}  // namespace litura::ledger
