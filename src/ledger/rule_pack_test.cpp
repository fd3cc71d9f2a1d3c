// The shipped rules, what a pack must have, and the calendar that a pack describes.
#include "ledger/rule_pack.hpp"

#include <fstream>
#include <sstream>

#include "base/test_support.hpp"
#include "ledger/rules.hpp"
#include "ledger/snapshots.hpp"
#include "ledger/test_project.hpp"

namespace litura::ledger::testing {
namespace {

using namespace std::chrono_literals;

RulePack shipped() { return must(RulePack::parse(shipped_rules())); }

/// The shipped rules with `old` replaced by `fresh`.
std::string with(std::string_view old, std::string_view fresh) {
    std::string text(shipped_rules());
    const auto at = text.find(old);
    CHECK(at != text.npos);
    return text.replace(at, old.size(), fresh);
}

TEST(Rules, The_shipped_pack_is_the_file) {
    std::ifstream file(Path(LITURA_SOURCE_DIR) / "rules/eu.toml");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), shipped_rules());
    EXPECT_EQ(shipped().name, "eu");
    EXPECT_EQ(shipped().valid_from, on("2018-05-25"));
}

TEST(Rules, What_is_unknown_missing_or_out_of_range_is_refused_with_its_line) {
    const std::pair<std::string, const char*> wrong[] = {
        {with("[clock]", "[clock]\nhours = 3"), "unknown key 'hours'"},
        {with("months = 1\n", ""), "needs the key 'months'"},
        {with("grace_days = 30", "grace_days = -1"), "'grace_days' must be"},
        {with("grace_days = 30", "grace_days = \"30\""), "'grace_days' has the wrong type"},
        {with("[rule.no_ground]", "[rule.no_grounds]"), "[no_ground] is missing"},
        {with("[refusal.consent_preset]", "[refusal.other]"), "[consent_preset] is missing"},
        {with("AT = 14", "AT = 14\nAustria = 14"), "two capital letters"},
        {with("\"easter-3\"", "\"easter3\""), "not a holiday"},
        {with("\"01-01\"", "\"02-30\""), "not a holiday"},
        {with("\"first monday of june\"", "\"second monday of june\""), "not a holiday"},
        {with("valid_from = \"2018-05-25\"", "valid_from = \"2018-5-25\""), "no date"},
        {with("basis = \"legitimate_interest\"", "basis = \"a hunch\""), "unknown basis"},
        {with("heading = \"interest\"", "heading = \"Interest!\""), "small letters"},
        {with("name = \"eu\"", "name = \"\""), "one line of text"},
        {with("name = \"eu\"", "name = \"eu\"\nname = \"eu\""), ""},
    };
    for (const auto& [text, message] : wrong) {
        const auto parsed = RulePack::parse(text);
        ASSERT_FALSE(parsed.ok()) << message;
        EXPECT_EQ(parsed.error().code, Code::bad_input);
        EXPECT_NE(parsed.error().message.find(message), std::string::npos)
            << parsed.error().message;
        EXPECT_TRUE(parsed.error().where.starts_with("rules, line ")) << parsed.error().where;
    }
    EXPECT_FALSE(RulePack::parse(std::string(RulePack::kBytesMax + 1, ' ')).ok());
}

TEST(Rules, Easter_falls_where_the_almanacs_have_it) {
    EXPECT_EQ(easter_sunday(2000y), 2000y / 4 / 23);
    EXPECT_EQ(easter_sunday(2008y), 2008y / 3 / 23);
    EXPECT_EQ(easter_sunday(2011y), 2011y / 4 / 24);
    EXPECT_EQ(easter_sunday(2024y), 2024y / 3 / 31);
    EXPECT_EQ(easter_sunday(2025y), 2025y / 4 / 20);
    EXPECT_EQ(easter_sunday(2026y), 2026y / 4 / 5);
    EXPECT_EQ(easter_sunday(2038y), 2038y / 4 / 25);
}

TEST(Rules, Holidays_are_those_of_the_country) {
    const RulePack pack = shipped();
    const auto holiday = [&](const char* country, Date date) {
        return is_holiday(pack, country, date);
    };
    EXPECT_TRUE(holiday("DE", 2026y / 10 / 3));
    EXPECT_FALSE(holiday("AT", 2026y / 10 / 3));
    EXPECT_TRUE(holiday("AT", 2026y / 10 / 26));
    EXPECT_TRUE(holiday("DE", 2026y / 4 / 3)) << "Good Friday";
    EXPECT_FALSE(holiday("FR", 2026y / 4 / 3));
    EXPECT_TRUE(holiday("FR", 2026y / 4 / 6)) << "Easter Monday";
    EXPECT_TRUE(holiday("DE", 2026y / 5 / 14)) << "Ascension";
    EXPECT_TRUE(holiday("PL", 2026y / 6 / 4)) << "Corpus Christi";
    EXPECT_TRUE(holiday("IE", 2026y / 5 / 4)) << "first Monday of May";
    EXPECT_TRUE(holiday("IE", 2026y / 10 / 26)) << "last Monday of October";
    EXPECT_FALSE(holiday("IE", 2026y / 10 / 19));
    EXPECT_TRUE(holiday("EU", 2026y / 5 / 9));
    EXPECT_FALSE(holiday("XX", 2026y / 1 / 1));
    const RulePack once = must(RulePack::parse(with("EU = [", "EU = [\"2026-05-15\", ")));
    EXPECT_TRUE(is_holiday(once, "EU", 2026y / 5 / 15));
    EXPECT_FALSE(is_holiday(once, "EU", 2027y / 5 / 15));
}

TEST(Rules, The_age_of_digital_consent_is_the_countrys_or_sixteen) {
    EXPECT_EQ(shipped().consent_age("AT"), 14);
    EXPECT_EQ(shipped().consent_age("DE"), 16);
    EXPECT_EQ(shipped().consent_age(""), 16);
    EXPECT_EQ(shipped().consent_age("US"), 16);
}

std::string page() {
    std::ifstream file(Path(LITURA_SOURCE_DIR) / "docs/law/rules.md");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

template <typename T>
void expect_explained(const std::string& page, T last, std::string_view shown_as(T)) {
    const RulePack pack = shipped();
    for (int number = 0; number <= static_cast<int>(last); ++number) {
        const T one = static_cast<T>(number);
        const Explanation& why = pack.explain(one);
        std::string row = "| `" + std::string(name_of(one)) + "` | ";
        if (shown_as != nullptr) row += std::string(shown_as(one)) + " | ";
        row += why.what + " | " + why.article + " | " + why.next + " |";
        EXPECT_NE(page.find(row), std::string::npos) << "docs/law/rules.md lacks: " << row;
    }
}

TEST(Rules, The_page_explains_every_entry_of_the_shipped_pack) {
    const std::string text = page();
    const auto says = [&](std::string_view part) {
        EXPECT_NE(text.find(part), std::string::npos) << "docs/law/rules.md lacks: " << part;
    };
    expect_explained<Rule>(text, Rule::grace_running, to_text);
    expect_explained<Refusal>(text, Refusal::grace_too_short, nullptr);
    const RulePack pack = shipped();
    for (const RulePack::Invalid& each : pack.invalid)
        says("`" + each.purpose + "`: " + each.reason + " | " + each.source + " |");
    for (const RulePack::Question& each : pack.assessment)
        says("| " + each.heading + " | " + each.source + " |");
    says(pack.grace_source);
    says(pack.clock.source);
    for (const char* country : {"AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL", "SE"})
        says(std::string(country) + " " + std::to_string(pack.consent_age(country)));
}

TEST(Ages, Nobody_is_older_than_was_shown_plus_whole_years) {
    const Age age{15, on("2026-03-10")};
    EXPECT_EQ(age.reaches(15), on("2026-03-10"));
    EXPECT_EQ(age.reaches(16), on("2027-03-10"));
    EXPECT_EQ(age.reaches(12), on("2023-03-10"));
    EXPECT_EQ((Age{15, on("2024-02-29T12:00:00Z")}.reaches(16)), on("2025-03-01T12:00:00Z"));
}

/// A pack of another name that rules from a later day on.
std::string from_2027() {
    std::string text = with("valid_from = \"2018-05-25\"", "valid_from = \"2027-01-01\"");
    const std::string_view old = "heading = \"balance\"";
    return text.replace(text.find(old), old.size(), "heading = \"fairness\"");
}

TEST(Rules, A_later_pack_rules_from_its_day_on_and_an_earlier_one_is_refused) {
    TestProject project;
    Ledger ledger = project.at("2026-06-01");
    const Sequence first = must(ledger.sequence());
    EXPECT_EQ(must(ledger.rules().adopt(bytes_of(shipped_rules()))), sha256(shipped_rules()));
    EXPECT_EQ(must(ledger.sequence()), first) << "adopted already";
    must(ledger.rules().adopt(bytes_of(from_2027())));
    EXPECT_EQ(code_of(ledger.rules().adopt(bytes_of(shipped_rules()))), 2);
    EXPECT_EQ(code_of(ledger.rules().adopt(bytes_of("name = 1"))), 2);
    const auto rules = must(ledger.rules().all());
    ASSERT_EQ(rules.size(), 2u);
    EXPECT_EQ(in_force(rules, on("2018-05-24")), nullptr);
    EXPECT_EQ(in_force(rules, on("2018-05-25")), &rules[0]);
    EXPECT_EQ(in_force(rules, on("2026-12-31T23:59:59Z")), &rules[0]);
    EXPECT_EQ(in_force(rules, on("2027-01-01")), &rules[1]);
    EXPECT_TRUE(must(ledger.verify()).holds);
}

TEST(Rules, Before_the_first_pack_nothing_is_admitted) {
    TestProject project;
    Ledger ledger = project.at("2026-06-01");
    project.consenting(ledger, "anna");
    Snapshot snapshot = *must(ledger.snapshots().latest());
    EXPECT_TRUE(decide(snapshot, project.facts("anna"), Policy(), on("2026-06-01")).admitted);
    snapshot.rules.clear();
    EXPECT_EQ(decide(snapshot, project.facts("anna"), Policy(), on("2026-06-01")).rule,
              Rule::rules_missing);
}

}  // namespace
}  // namespace litura::ledger::testing
