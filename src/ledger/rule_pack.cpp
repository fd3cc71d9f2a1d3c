// Rule packs by toml++ (the one file of this part that includes it).
#include "ledger/rule_pack.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/text.hpp"

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

Error error_at(const toml::source_region& at, std::string message) {
    return {Code::bad_input, std::move(message), "rules, line " + std::to_string(at.begin.line),
            "docs/law/rules.md explains every entry"};
}

/// One table: hands out known keys, refuses what is left.
class Table {
public:
    explicit Table(const toml::table& table) : table_(&table) {}

    Result<std::string> text(std::string_view key) {
        const toml::node* node = TRY(find(key));
        const auto text = node->value_exact<std::string>();
        const bool sound = text && !text->empty() && text->size() <= kTextMax && is_utf8(*text) &&
                           std::ranges::none_of(*text, [](unsigned char c) { return c < 0x20; });
        if (!sound) return error_at(node->source(), quoted(key) + " must be one line of text");
        return *text;
    }

    Result<std::int64_t> whole(std::string_view key, std::int64_t most) {
        const toml::node* node = TRY(find(key));
        const auto value = node->value_exact<std::int64_t>();
        if (value && *value >= 0 && *value <= most) return *value;
        return error_at(node->source(),
                        quoted(key) + " must be a whole number from 0 to " + std::to_string(most));
    }

    Result<Table> table(std::string_view key) {
        const toml::node* node = TRY(find(key));
        if (const toml::table* inner = node->as_table()) return Table(*inner);
        return error_at(node->source(), quoted(key) + " must be a table");
    }

    /// Of tables or texts. May be missing.
    Result<std::vector<const toml::node*>> list(std::string_view key) {
        known_.insert(std::string(key));
        std::vector<const toml::node*> items;
        const toml::node* node = table_->get(key);
        if (node == nullptr) return items;
        const toml::array* array = node->as_array();
        if (array == nullptr || array->size() > kItemsMax)
            return error_at(node->source(), quoted(key) + " must be a list of at most 200");
        for (const toml::node& item : *array) items.push_back(&item);
        return items;
    }

    std::vector<std::string> keys() const {
        std::vector<std::string> keys;
        for (const auto& [key, node] : *table_) keys.emplace_back(key.str());
        return keys;
    }

    Result<void> end() const {
        for (const auto& [key, node] : *table_) {
            if (!known_.contains(std::string(key.str())))
                return error_at(key.source(), "unknown key " + quoted(key.str()));
        }
        return done();
    }

    const toml::source_region& where(std::string_view key) const {
        return table_->get(key)->source();
    }

private:
    static std::string quoted(std::string_view key) { return "'" + std::string(key) + "'"; }

    Result<const toml::node*> find(std::string_view key) {
        known_.insert(std::string(key));
        const toml::node* node = table_->get(key);
        if (node != nullptr) return node;
        return error_at(table_->source(), quoted(key) + " is missing");
    }

    const toml::table* table_;
    std::set<std::string> known_;
};

bool is_country(std::string_view text) {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

template <typename T, std::size_t N>
Result<std::map<T, Explanation>> explanations(Table table, const std::array<Name<T>, N>& names) {
    std::map<T, Explanation> out;
    for (const auto& [value, name] : names) {
        Table one = TRY(table.table(name));
        Explanation explanation;
        explanation.what = TRY(one.text("what"));
        explanation.article = TRY(one.text("article"));
        explanation.next = TRY(one.text("next"));
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

    Result<void> read(Table& root) {
        pack.name = TRY(root.text("name"));
        pack.version = TRY(root.text("version"));
        const std::string from = TRY(root.text("valid_from"));
        const auto moment = parse_instant(from + "T00:00:00Z");
        if (!moment) return error_at(root.where("valid_from"), "'valid_from' is no date");
        pack.valid_from = moment.value();
        TRY(read_invalid(root));
        TRY(read_ages(TRY(root.table("age"))));
        Table notice = TRY(root.table("notice"));
        pack.grace_days = TRY(notice.whole("grace_days", kDaysMax));
        pack.grace_source = TRY(notice.text("source"));
        TRY(notice.end());
        TRY(read_assessment(root));
        Table clock = TRY(root.table("clock"));
        pack.clock.months = TRY(clock.whole("months", kMonthsMax));
        pack.clock.extension_months = TRY(clock.whole("extension_months", kMonthsMax));
        pack.clock.source = TRY(clock.text("source"));
        TRY(clock.end());
        TRY(read_holidays(TRY(root.table("holidays"))));
        pack.rules_ = TRY(explanations(TRY(root.table("rule")), kRules));
        pack.refusals_ = TRY(explanations(TRY(root.table("refusal")), kRefusals));
        return root.end();
    }

    Result<void> read_invalid(Table& root) {
        for (const toml::node* node : TRY(root.list("invalid"))) {
            if (!node->is_table()) return error_at(node->source(), "[[invalid]] is a table");
            Table one(*node->as_table());
            const auto basis = parse_basis(TRY(one.text("basis")));
            if (!basis) return error_at(one.where("basis"), "unknown basis: " + basis.error().next);
            RulePack::Invalid entry{basis.value(), {}, {}, {}};
            entry.purpose = TRY(one.text("purpose"));
            entry.reason = TRY(one.text("reason"));
            entry.source = TRY(one.text("source"));
            TRY(one.end());
            pack.invalid.push_back(std::move(entry));
        }
        return done();
    }

    Result<void> read_ages(Table age) {
        pack.consent_age_ = TRY(age.whole("consent", kAgeMax));
        pack.interest_age = TRY(age.whole("legitimate_interest", kAgeMax));
        pack.age_source = TRY(age.text("source"));
        Table in = TRY(age.table("consent_in"));
        for (const std::string& country : in.keys()) {
            if (!is_country(country))
                return error_at(in.where(country), "a country is two capital letters");
            pack.consent_age_in_.emplace(country, TRY(in.whole(country, kAgeMax)));
        }
        return age.end();
    }

    Result<void> read_assessment(Table& root) {
        for (const toml::node* node : TRY(root.list("assessment"))) {
            if (!node->is_table()) return error_at(node->source(), "[[assessment]] is a table");
            Table one(*node->as_table());
            RulePack::Question question;
            question.heading = TRY(one.text("heading"));
            const bool plain = std::ranges::all_of(
                question.heading, [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
            if (!plain)
                return error_at(one.where("heading"), "a heading is words in small letters");
            question.source = TRY(one.text("source"));
            TRY(one.end());
            pack.assessment.push_back(std::move(question));
        }
        return done();
    }

    Result<void> read_holidays(Table holidays) {
        for (const std::string& country : holidays.keys()) {
            if (!is_country(country))
                return error_at(holidays.where(country), "a country is two capital letters");
            auto& days = pack.holidays_[country];
            for (const toml::node* node : TRY(holidays.list(country))) {
                const auto text = node->value_exact<std::string>();
                const auto day = text ? RulePack::Holiday::parse(*text) : std::nullopt;
                if (!day) return error_at(node->source(), "not a holiday as the comment has them");
                days.push_back(*day);
            }
        }
        return done();
    }

    static Result<RulePack> parse(const toml::table& root) {
        RulePackReader reader{RulePack()};
        Table table(root);
        TRY(reader.read(table));
        return std::move(reader.pack);
    }
};

Result<RulePack> RulePack::parse(std::string_view text) {
    if (text.size() > kBytesMax)
        return Error{Code::bad_input, "rules are larger than 256 KiB", "", "say less"};
    try {
        return RulePackReader::parse(toml::parse(text));
    } catch (const toml::parse_error& error) {
        return error_at(error.source(), std::string(error.description()));
    }
}

}  // namespace litura::ledger
