#include "ledger/rule_pack.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "base/toml.hpp"

namespace litura::ledger {
namespace {

constexpr std::size_t kTextMax = 500, kItemsMax = 200;
constexpr std::int64_t kAgeMax = 120, kDaysMax = 3650, kMonthsMax = 12;

template <typename T>
using Name = std::pair<T, std::string_view>;

constexpr std::array<Name<Rule>, 24> kRules = {{
    {Rule::consent_live, "consent_live"},
    {Rule::legitimate_interest_live, "legitimate_interest_live"},
    {Rule::account_unknown, "account_unknown"},
    {Rule::rules_missing, "rules_missing"},
    {Rule::facts_missing, "facts_missing"},
    {Rule::person_barred, "person_barred"},
    {Rule::name_barred, "name_barred"},
    {Rule::record_barred, "record_barred"},
    {Rule::wording_barred, "wording_barred"},
    {Rule::special_category, "special_category"},
    {Rule::order_excludes, "order_excludes"},
    {Rule::class_represents, "class_represents"},
    {Rule::class_unsettled, "class_unsettled"},
    {Rule::audience_not_public, "audience_not_public"},
    {Rule::no_ground, "no_ground"},
    {Rule::consent_expired, "consent_expired"},
    {Rule::consent_by_minor, "consent_by_minor"},
    {Rule::basis_invalid, "basis_invalid"},
    {Rule::minor_without_consent, "minor_without_consent"},
    {Rule::age_unproven, "age_unproven"},
    {Rule::assessment_missing, "assessment_missing"},
    {Rule::assessment_incomplete, "assessment_incomplete"},
    {Rule::notice_missing, "notice_missing"},
    {Rule::grace_running, "grace_running"},
}};

constexpr std::array<Name<Refusal>, 8> kRefusals = {{
    {Refusal::act_incomplete, "act_incomplete"},
    {Refusal::consent_bundled, "consent_bundled"},
    {Refusal::consent_preset, "consent_preset"},
    {Refusal::notice_unknown, "notice_unknown"},
    {Refusal::notice_silent, "notice_silent"},
    {Refusal::act_in_future, "act_in_future"},
    {Refusal::assessment_incomplete, "assessment_incomplete"},
    {Refusal::grace_too_short, "grace_too_short"},
}};

/// One line that a person can read.
Result<std::string> line(TomlTable& in, std::string_view key) {
    std::string text = TRY(in.text(key));
    const bool sound = !text.empty() && text.size() <= kTextMax && is_utf8(text) &&
                       std::ranges::none_of(text, [](unsigned char c) { return c < 0x20; });
    if (sound) return text;
    return in.error(key, "'" + std::string(key) + "' must be one line of text");
}

Result<std::vector<TomlTable>> items(TomlTable& in, std::string_view key) {
    auto tables = TRY(in.tables(key));
    if (tables.size() <= kItemsMax) return tables;
    return in.error(key, "'" + std::string(key) + "' must be a list of at most 200");
}

template <typename T, std::size_t N>
Result<std::map<T, Explanation>> explanations(TomlTable table,
                                              const std::array<Name<T>, N>& names) {
    std::map<T, Explanation> out;
    for (const auto& [value, name] : names) {
        TomlTable one = TRY(table.table(name));
        Explanation explanation;
        explanation.what = TRY(line(one, "what"));
        explanation.article = TRY(line(one, "article"));
        explanation.next = TRY(line(one, "next"));
        TRY(one.end());
        out.emplace(value, std::move(explanation));
    }
    TRY(table.end());
    return out;
}

template <typename T, std::size_t N>
std::string_view name_in(const std::array<Name<T>, N>& names, T value) {
    return std::ranges::find(names, value, &Name<T>::first)->second;
}

std::optional<int> number_in(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

template <std::size_t N>
std::optional<unsigned> place_in(const std::array<std::string_view, N>& names,
                                 std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return {};
    return static_cast<unsigned>(found - names.begin());
}

constexpr std::array<std::string_view, 7> kWeekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

}  // namespace

std::string_view name_of(Rule rule) { return name_in(kRules, rule); }
std::string_view name_of(Refusal refusal) { return name_in(kRefusals, refusal); }

// "12-25", "2026-05-15", "easter+39", "first monday of may".
std::optional<RulePack::Holiday> RulePack::Holiday::parse(std::string_view text) {
    using namespace std::chrono;
    Holiday holiday;
    if (text.starts_with("easter")) {
        const std::string_view days = text.substr(6);
        if (days.empty() || (days[0] != '+' && days[0] != '-')) return {};
        const auto count = number_in(days.substr(1));
        if (!count || *count < 0 || *count > 100) return {};
        holiday.kind = Kind::easter;
        holiday.number = days[0] == '-' ? -*count : *count;
        return holiday;
    }
    for (const auto& [word, kind] : {std::pair(std::string_view("first "), Kind::weekday),
                                     {std::string_view("last "), Kind::last_weekday}}) {
        if (!text.starts_with(word)) continue;
        const std::string_view rest = text.substr(word.size());
        const std::size_t of = rest.find(" of ");
        if (of == rest.npos) return {};
        const auto day = place_in(kWeekdays, rest.substr(0, of));
        const auto in = place_in(kMonths, rest.substr(of + 4));
        if (!day || !in) return {};
        holiday.kind = kind;
        holiday.weekday = std::chrono::weekday(*day);
        holiday.day = month(*in + 1) / 1;
        return holiday;
    }
    if (text.size() == 10 && text[4] == '-') {
        const auto in_year = number_in(text.substr(0, 4));
        if (!in_year || *in_year < 1900) return {};
        holiday.kind = Kind::once;
        holiday.number = *in_year;
        text.remove_prefix(5);
    }
    if (text.size() != 5 || text[2] != '-') return {};
    const auto m = number_in(text.substr(0, 2)), d = number_in(text.substr(3));
    if (!m || !d || *m < 1 || *d < 1) return {};
    holiday.day = month(static_cast<unsigned>(*m)) / static_cast<int>(*d);
    if (!holiday.day.ok()) return {};
    return holiday;
}

bool RulePack::Holiday::falls_on(Date date) const {
    using namespace std::chrono;
    const month_day of_year{date.month(), date.day()};
    switch (kind) {
        case Kind::yearly: return of_year == day;
        case Kind::once: return of_year == day && date.year() == year(number);
        case Kind::easter:
            return sys_days(easter_sunday(date.year())) + days(number) == sys_days(date);
        case Kind::weekday:
            return sys_days(date) == sys_days(date.year() / day.month() / weekday[1]);
        case Kind::last_weekday:
            return sys_days(date) == sys_days(date.year() / day.month() / weekday[last]);
    }
    return false;
}

// The "anonymous Gregorian algorithm" (Meeus, Astronomical Algorithms, chapter 8).
Date easter_sunday(std::chrono::year year) {
    const int y = static_cast<int>(year);
    const int a = y % 19, b = y / 100, c = y % 100;
    const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    const int h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
    const int in_march = h + l - 7 * m + 114;
    return year / (in_march / 31) / (in_march % 31 + 1);
}

bool is_holiday(const RulePack& pack, std::string_view country, Date date) {
    const auto found = pack.holidays_.find(country);
    return found != pack.holidays_.end() &&
           std::ranges::any_of(found->second, [date](const RulePack::Holiday& holiday) {
               return holiday.falls_on(date);
           });
}

const RulePack::Invalid* RulePack::invalid_for(Basis basis, std::string_view purpose) const {
    const auto found = std::ranges::find_if(invalid, [&](const Invalid& each) {
        return each.basis == basis && each.purpose == purpose;
    });
    return found == invalid.end() ? nullptr : &*found;
}

std::int64_t RulePack::consent_age(std::string_view country) const {
    const auto found = consent_age_in_.find(country);
    return found == consent_age_in_.end() ? consent_age_ : found->second;
}

const Explanation& RulePack::explain(Rule rule) const { return rules_.at(rule); }
const Explanation& RulePack::explain(Refusal refusal) const { return refusals_.at(refusal); }

Error refused(const RulePack& pack, Refusal refusal, std::string_view detail,
              std::string_view where) {
    const Explanation& why = pack.explain(refusal);
    return {
        Code::bad_input,
        why.what + (detail.empty() ? "" : ": " + std::string(detail)) + " (" + why.article + ")",
        std::string(where), why.next};
}

/// Fills a pack, section by section.
struct RulePackReader {
    RulePack pack;

    Result<void> read(TomlTable& root) {
        pack.name = TRY(line(root, "name"));
        pack.version = TRY(line(root, "version"));
        const std::string from = TRY(line(root, "valid_from"));
        const auto moment = parse_instant(from + "T00:00:00Z");
        if (!moment) return root.error("valid_from", "'valid_from' is no date");
        pack.valid_from = moment.value();
        TRY(read_invalid(root));
        TRY(read_ages(TRY(root.table("age"))));
        TomlTable notice = TRY(root.table("notice"));
        pack.grace_days = TRY(notice.whole("grace_days", 0, kDaysMax));
        pack.grace_source = TRY(line(notice, "source"));
        TRY(notice.end());
        TRY(read_assessment(root));
        TomlTable clock = TRY(root.table("clock"));
        pack.clock.months = TRY(clock.whole("months", 0, kMonthsMax));
        pack.clock.extension_months = TRY(clock.whole("extension_months", 0, kMonthsMax));
        pack.clock.source = TRY(line(clock, "source"));
        TRY(clock.end());
        TRY(read_holidays(TRY(root.table("holidays"))));
        pack.rules_ = TRY(explanations(TRY(root.table("rule")), kRules));
        pack.refusals_ = TRY(explanations(TRY(root.table("refusal")), kRefusals));
        return root.end();
    }

    Result<void> read_invalid(TomlTable& root) {
        for (TomlTable& one : TRY(items(root, "invalid"))) {
            const auto basis = parse_basis(TRY(line(one, "basis")));
            if (!basis) return one.error("basis", "unknown basis: " + basis.error().next);
            RulePack::Invalid entry{basis.value(), {}, {}, {}};
            entry.purpose = TRY(line(one, "purpose"));
            entry.reason = TRY(line(one, "reason"));
            entry.source = TRY(line(one, "source"));
            TRY(one.end());
            pack.invalid.push_back(std::move(entry));
        }
        return done();
    }

    Result<void> read_ages(TomlTable age) {
        pack.consent_age_ = TRY(age.whole("consent", 0, kAgeMax));
        pack.interest_age = TRY(age.whole("legitimate_interest", 0, kAgeMax));
        pack.age_source = TRY(line(age, "source"));
        TomlTable in = TRY(age.table("consent_in"));
        for (const std::string& country : in.keys()) {
            if (!is_country(country)) return in.error(country, "a country is two capital letters");
            pack.consent_age_in_.emplace(country, TRY(in.whole(country, 0, kAgeMax)));
        }
        return age.end();
    }

    Result<void> read_assessment(TomlTable& root) {
        for (TomlTable& one : TRY(items(root, "assessment"))) {
            RulePack::Question question;
            question.heading = TRY(line(one, "heading"));
            const bool plain = std::ranges::all_of(
                question.heading, [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
            if (!plain) return one.error("heading", "a heading is words in small letters");
            question.source = TRY(line(one, "source"));
            TRY(one.end());
            pack.assessment.push_back(std::move(question));
        }
        return done();
    }

    Result<void> read_holidays(TomlTable holidays) {
        for (const std::string& country : holidays.keys()) {
            if (!is_country(country))
                return holidays.error(country, "a country is two capital letters");
            auto& days = pack.holidays_[country];
            const std::vector<std::string> texts = TRY(holidays.texts(country));
            for (const std::string& text : texts) {
                const auto day = RulePack::Holiday::parse(text);
                if (!day || texts.size() > kItemsMax)
                    return holidays.error(country, "not a holiday as the comment has them");
                days.push_back(*day);
            }
        }
        return done();
    }
};

Result<RulePack> RulePack::parse(std::string_view text) {
    if (text.size() > kBytesMax)
        return Error{Code::bad_input, "rules are larger than 256 KiB", "", "say less"};
    TomlTable root = TRY(TomlTable::parse(text, "rules", "docs/law/rules.md explains every entry"));
    RulePackReader reader{RulePack()};
    TRY(reader.read(root));
    return std::move(reader.pack);
}

}  // namespace litura::ledger
