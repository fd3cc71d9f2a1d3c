// How many records one core admits or refuses in a second of its own time: the shipped rules,
// 200,000 people on four sources with grounds, bars, ages and countries, 1,000,000 records in the
// order of their tags, three exclusions in force.
//   build/release/bench/decide [ROUNDS]
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <ctime>

#include "ledger/decide.hpp"

using namespace litura;
using namespace litura::ledger;

namespace {

constexpr std::uint64_t kPeople = 200'000, kRecords = 1'000'000;
constexpr const char* kSources[] = {"forum", "photos", "short messages", "mailing lists"};
const Policy kPolicy;

Digest tag(const char* kind, std::uint64_t number) {
    return sha256(fmt::format("{} {}", kind, number));
}

Instant day(std::int64_t number) {
    return Instant{1'735'689'600'000}.plus_days(number);  // from 2025-01-01 on
}

Ground ground_of(const Account& account, Basis basis, std::uint64_t number) {
    Ground ground;
    ground.account = account.tag;
    ground.source = account.source;
    ground.purpose = kPolicy.purpose;
    ground.basis = basis;
    ground.at = day(static_cast<std::int64_t>(number % 200));
    if (number % 11 == 0) ground.until = ground.at.plus_days(100);
    ground.event = number;
    return ground;
}

/// A sixth consents, most are claimed, a few have objected, are under age, or said where they live.
void add_person(Snapshot& ledger, std::uint64_t number) {
    KnownAccount account;
    account.tag = account.person = tag("account", number);
    account.folded = tag("folded", number);
    account.source = kSources[number % 4];
    account.since = number + 10;
    if (number % 5 == 0) account.country = number % 10 == 0 ? "DE" : "FR";
    if (number % 7 == 0) account.age = Age{static_cast<std::int64_t>(14 + number % 50), day(0)};
    if (number % 6 == 0) account.grounds.push_back(ground_of(account, Basis::consent, number));
    if (number % 6 != 1)
        account.grounds.push_back(ground_of(account, Basis::legitimate_interest, number));
    if (number % 30 == 0) {
        Bar bar;
        bar.person = account.person;
        bar.purpose = kPolicy.purpose;
        bar.event = number;
        account.bars.push_back(bar);
    }
    ledger.accounts.emplace(account.tag, std::move(account));
}

Snapshot people() {
    Snapshot ledger;
    auto pack = std::make_shared<RulePack>(RulePack::parse(shipped_rules()).value());
    Assessment assessment;
    for (const RulePack::Question& question : pack->assessment)
        assessment.answers.push_back(question.heading);
    ledger.rules.push_back({std::move(pack), sha256(shipped_rules()), 2});
    ledger.assessments[kPolicy.purpose].push_back(assessment);
    for (const char* source : kSources) {
        ledger.sources[source] = {source, Audience::everyone, source != kSources[3], 3};
        ledger.first_notice[source] = {tag("notice", 0), source, day(10), 4};
    }
    for (const char* scope :
         {"source is \"photos\" and created before 2024-01-01", "audience is \"followers\"",
          "source in (\"blog\", \"wiki\") or created before 2001-01-01"})
        ledger.exclusions.push_back({Predicate::parse(scope).value(), 5});
    for (std::uint64_t number = 0; number < kPeople; ++number) add_person(ledger, number);
    return ledger;
}

std::vector<RecordFacts> records(Snapshot& ledger) {
    std::vector<RecordFacts> out;
    for (std::uint64_t number = 0; number < kRecords; ++number) {
        RecordFacts facts;
        const std::uint64_t author = number * 7919 % kPeople;
        facts.record = tag("record", number);
        facts.account = tag("account", author);
        facts.wording = tag("wording", number);
        facts.source = kSources[author % 4];
        facts.audience = number % 8 == 0 ? Audience::followers : Audience::unknown;
        facts.created_at = day(-static_cast<std::int64_t>(number % 1000));
        if (number % 100 == 0) {
            Bar bar;
            bar.record = facts.record;
            bar.kind = number % 500 == 0 ? BarKind::special_category : BarKind::echo;
            bar.event = 6;
            ledger.bars[facts.record].push_back(bar);
        }
        out.push_back(facts);
    }
    std::ranges::sort(out, {}, &RecordFacts::record);
    return out;
}

double seconds_of(const Snapshot& ledger, const std::vector<RecordFacts>& all,
                  std::map<Rule, std::uint64_t>& found) {
    const std::clock_t begin = std::clock();  // of this process: others may be running
    for (const RecordFacts& facts : all) ++found[decide(ledger, facts, kPolicy, day(300)).rule];
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

int main(int count, char** arguments) {
    int rounds = 9;
    if (count > 1) std::from_chars(arguments[1], arguments[1] + std::strlen(arguments[1]), rounds);
    Snapshot ledger = people();
    const std::vector<RecordFacts> all = records(ledger);
    std::vector<double> rates;
    std::map<Rule, std::uint64_t> found;
    for (int round = 0; round < rounds; ++round) {
        found.clear();
        rates.push_back(static_cast<double>(kRecords) / seconds_of(ledger, all, found));
    }
    std::ranges::sort(rates);
    fmt::print("{} records of {} people, {} rounds: {:.2f} million a second ({:.2f}-{:.2f})\n",
               kRecords, kPeople, rounds, rates[rates.size() / 2] / 1e6, rates.front() / 1e6,
               rates.back() / 1e6);
    for (const auto& [rule, times] : found) fmt::print("{:>9}  {}\n", times, to_text(rule));
}
